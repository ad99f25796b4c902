// fake_kubelet plays the kubelet's part towards device plugins, on Go's gRPC,
// which is what the real one uses and acceld's plugins do not.
//
// It is driven by lines of JSON on standard input, answers one line each on
// standard output, and ends with its input:
//
//	{"id": 1, "do": "allocate", ...}  ->  {"id": 1, "ok": true, ...}
//	                                  ->  {"id": 1, "error": "...", "code": "..."}
//
// What happens by itself comes as {"event": "registered", ...}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"
)

// Call is what one line asks for. Each command reads the members it knows.
type Call struct {
	ID int    `json:"id"`
	Do string `json:"do"`
	deviceCall
}

// Answer is any JSON object.
type Answer map[string]interface{}

type command func(call *Call) (Answer, error)

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
	var call Call
	if err := json.Unmarshal(line, &call); err != nil {
		say(Answer{"id": 0, "error": err.Error(), "code": "BadLine"})
		return
	}
	do, known := commands[call.Do]
	if !known {
		say(Answer{"id": call.ID, "error": "no command " + call.Do, "code": "BadLine"})
		return
	}
	answer, err := do(&call)
	if err != nil {
		say(Answer{"id": call.ID, "error": err.Error(), "code": codeOf(err)})
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
		line := append([]byte(nil), lines.Bytes()...)
		// Calls may overlap, as the kubelet's do.
		go run(line)
	}
}
