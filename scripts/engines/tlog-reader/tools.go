//go:build tools

// Package tlogreader pins a log client by other hands, with which the tests read our log.
package tlogreader

import _ "mianti.example/engines/tlog-reader/tlog-read"
