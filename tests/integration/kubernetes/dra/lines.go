// fake_cluster plays the API server and the kubelet towards acceld-dra-plugin,
// with Go's HTTP server, TLS and gRPC: what the real ones use and acceld's
// plugins do not.
//
// It is driven by lines of JSON on standard input, answers one line each on
// standard output, and ends with its input:
//
//	{"id": 1, "do": "prepare", ...}  ->  {"id": 1, "ok": true, ...}
//	                                 ->  {"id": 1, "error": "..."}
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"
)

// Answer is any JSON object.
type Answer map[string]interface{}

// A command reads the members it knows from its line.
type command func(line []byte) (Answer, error)

var commands = map[string]command{}

var output sync.Mutex

func say(answer Answer) {
	line, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	output.Lock()
	defer output.Unlock()
	fmt.Printf("%s\n", line)
}

func run(line []byte) {
	var call struct {
		ID int    `json:"id"`
		Do string `json:"do"`
	}
	if err := json.Unmarshal(line, &call); err != nil {
		say(Answer{"id": 0, "error": err.Error()})
		return
	}
	do, known := commands[call.Do]
	if !known {
		say(Answer{"id": call.ID, "error": "no command " + call.Do})
		return
	}
	answer, err := do(line)
	if err != nil {
		say(Answer{"id": call.ID, "error": err.Error()})
		return
	}
	if answer == nil {
		answer = Answer{}
	}
	answer["id"] = call.ID
	answer["ok"] = true
	say(answer)
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		// One after the other, but for those that say they may overlap.
		line := append([]byte(nil), lines.Bytes()...)
		var call struct {
			Overlap bool `json:"overlap"`
		}
		_ = json.Unmarshal(line, &call)
		if call.Overlap {
			go run(line)
		} else {
			run(line)
		}
	}
}
