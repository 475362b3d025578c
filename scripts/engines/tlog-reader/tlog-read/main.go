// Command tlog-read reads a C2SP tlog-tiles log with a client by other hands, checks every entry
// against the signed checkpoint, and prints how many there were.
//
//	tlog-read URL VKEY TOKEN
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
)

type bearer string

func (token bearer) RoundTrip(request *http.Request) (*http.Response, error) {
	request.Header.Set("Authorization", "Bearer "+string(token))
	return http.DefaultTransport.RoundTrip(request)
}

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: tlog-read URL VKEY TOKEN")
	}
	ctx := context.Background()
	key, err := note.NewVerifier(os.Args[2])
	check(err)
	fetcher, err := torchwood.NewTileFetcher(os.Args[1],
		torchwood.WithHTTPClient(&http.Client{Transport: bearer(os.Args[3])}),
		torchwood.WithUserAgent("tlog-read (test)"))
	check(err)
	client, err := torchwood.NewClient(fetcher)
	check(err)
	signed, err := fetcher.ReadEndpoint(ctx, "checkpoint")
	check(err)
	policy := torchwood.ThresholdPolicy(2,
		torchwood.OriginPolicy(key.Name()), torchwood.SingleVerifierPolicy(key))
	checkpoint, _, err := torchwood.VerifyCheckpoint(signed, policy)
	check(err)
	read := 0
	for range client.AllEntries(ctx, checkpoint.Tree, 0) {
		read++
	}
	check(client.Err())
	_, _, err = client.Entry(ctx, checkpoint.Tree, checkpoint.N-1)
	check(err)
	fmt.Printf("%d of %d\n", read, checkpoint.N)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
