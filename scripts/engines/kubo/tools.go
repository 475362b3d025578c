//go:build tools

// Package kubo pins the IPFS daemon that scripts/engines builds.
package kubo

import _ "github.com/ipfs/kubo/cmd/ipfs"
