package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/ioutil"
	"log"
	"math/big"
	"net"
	"net/http"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	group      = "/apis/resource.k8s.io"
	slicesPath = group + "/v1/resourceslices"
	token      = "the-token-of-this-test"
	nodeUID    = "5d0a7a5e-0000-4000-8000-000000000001"
)

// What is to go wrong, the next times.
type fault struct {
	Method  string `json:"method"` // "" any
	Path    string `json:"path"`   // a part of it; "" any
	Status  int    `json:"status"` // 0: none, only the delay
	Count   int    `json:"count"`
	DelayMs int    `json:"delay_ms"`
	// Headers of the answer, "" none.
	Location   string `json:"location"`
	RetryAfter string `json:"retry_after"`
}

type apiServer struct {
	mutex   sync.Mutex
	minor   string
	version int64
	slices  map[string]*resourceSlice
	claims  map[string]json.RawMessage // namespace/name
	token   string
	faults  []fault
	writes  int
	badAuth int
	refused []string // why slices were refused
	// Connections that were made, and requests that came over them.
	connections int
	requests    int
	watchers    map[chan Answer]bool
}

var server = &apiServer{
	minor:  "36",
	slices: map[string]*resourceSlice{},
	claims: map[string]json.RawMessage{},
	token:  token,

	watchers: map[chan Answer]bool{},
}

// certificates makes a CA and a server's certificate for 127.0.0.1.
func certificates(host string) (tls.Certificate, []byte, error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	now := time.Now()
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "ca"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	caBytes, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "kubernetes"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses: []net.IP{net.ParseIP(host)},
	}
	leafBytes, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, caKey)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	pemCA := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caBytes})
	return tls.Certificate{Certificate: [][]byte{leafBytes}, PrivateKey: key}, pemCA, nil
}

func status(w http.ResponseWriter, code int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(Answer{
		"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code})
}

func reply(w http.ResponseWriter, code int, object interface{}) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(object)
}

// nextFault takes one of those that were asked for.
func (s *apiServer) nextFault(method, path string) fault {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for i := range s.faults {
		one := &s.faults[i]
		isFor := (one.Method == "" || one.Method == method) && strings.Contains(path, one.Path)
		if one.Count > 0 && isFor {
			one.Count--
			return *one
		}
	}
	return fault{}
}

func (s *apiServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := ioutil.ReadAll(r.Body)
	s.mutex.Lock()
	s.requests++
	authorized := r.Header.Get("Authorization") == "Bearer "+s.token
	if !authorized {
		s.badAuth++
	}
	s.mutex.Unlock()
	if !authorized {
		status(w, 401, "Unauthorized")
		return
	}
	method := r.Method
	if r.URL.Query().Get("watch") == "1" {
		method = "WATCH"
	}
	wrong := s.nextFault(method, r.URL.Path)
	time.Sleep(time.Duration(wrong.DelayMs) * time.Millisecond)
	if wrong.Location != "" {
		w.Header().Set("Location", wrong.Location)
	}
	if wrong.RetryAfter != "" {
		w.Header().Set("Retry-After", wrong.RetryAfter)
	}
	if wrong.Status != 0 {
		status(w, wrong.Status, "as the test wants it")
		return
	}
	if method == "WATCH" {
		s.watch(w, r)
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	path := r.URL.Path
	switch {
	case path == "/version":
		reply(w, 200, Answer{"major": "1", "minor": s.minor, "gitVersion": "v1." + s.minor + ".0"})
	case path == group:
		reply(w, 200, Answer{"kind": "APIGroup", "name": "resource.k8s.io", "versions": []Answer{
			{"groupVersion": "resource.k8s.io/v1", "version": "v1"},
			{"groupVersion": "resource.k8s.io/v1beta1", "version": "v1beta1"}}})
	case strings.HasPrefix(path, "/api/v1/nodes/"):
		reply(w, 200, Answer{"kind": "Node", "metadata": Answer{
			"name": filepath.Base(path), "uid": nodeUID}})
	case path == slicesPath && r.Method == "GET":
		s.list(w, r.URL.Query().Get("fieldSelector"))
	case strings.HasPrefix(path, slicesPath):
		s.change(w, r.Method, strings.TrimPrefix(strings.TrimPrefix(path, slicesPath), "/"), body)
	case strings.HasPrefix(path, group+"/v1/namespaces/"):
		s.claim(w, strings.Split(strings.TrimPrefix(path, group+"/v1/namespaces/"), "/"))
	default:
		status(w, 404, "the server could not find the requested resource")
	}
}

func (s *apiServer) list(w http.ResponseWriter, selector string) {
	items := []*resourceSlice{}
	for _, one := range s.slices {
		if selector == "spec.nodeName="+*one.Spec.NodeName+",spec.driver="+one.Spec.Driver {
			items = append(items, one)
		}
	}
	sort.Slice(items, func(i, j int) bool { return items[i].Metadata.Name < items[j].Metadata.Name })
	reply(w, 200, Answer{"kind": "ResourceSliceList", "items": items})
}

// watch tells of what is there, then of what changes, until the client leaves.
func (s *apiServer) watch(w http.ResponseWriter, r *http.Request) {
	events := make(chan Answer, 1024)
	s.mutex.Lock()
	for _, one := range s.slices {
		events <- Answer{"type": "ADDED", "object": one}
	}
	s.watchers[events] = true
	s.mutex.Unlock()
	defer func() {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		delete(s.watchers, events)
	}()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(200)
	for {
		w.(http.Flusher).Flush()
		select {
		case event := <-events:
			_ = json.NewEncoder(w).Encode(event)
		case <-r.Context().Done():
			return
		}
	}
}

// tell is called with the lock held.
func (s *apiServer) tell(event Answer) {
	for one := range s.watchers {
		select {
		case one <- event:
		default: // nobody reads it
		}
	}
}

func (s *apiServer) change(w http.ResponseWriter, method string, name string, body []byte) {
	if method == "DELETE" {
		if s.slices[name] == nil {
			status(w, 404, name+" not found")
			return
		}
		s.tell(Answer{"type": "DELETED", "object": s.slices[name]})
		delete(s.slices, name)
		reply(w, 200, Answer{"kind": "Status", "status": "Success"})
		return
	}
	slice, err := decodeSlice(body)
	if err != nil {
		s.refused = append(s.refused, err.Error())
		status(w, 422, err.Error())
		return
	}
	known := s.slices[slice.Metadata.Name]
	switch {
	case method == "POST" && known != nil:
		status(w, 409, "already exists")
		return
	case method == "PUT" && known == nil:
		status(w, 404, name+" not found")
		return
	case method == "PUT" && known.Metadata.ResourceVersion != slice.Metadata.ResourceVersion:
		status(w, 409, "the object has been modified")
		return
	}
	s.store(slice)
	reply(w, 201, slice)
}

// store gives what the server gives: a version, and times to taints.
func (s *apiServer) store(slice *resourceSlice) {
	s.version++
	s.writes++
	slice.Metadata.ResourceVersion = strconv.FormatInt(s.version, 10)
	slice.Metadata.UID = "uid-of-" + slice.Metadata.Name
	now := time.Now().UTC().Format(time.RFC3339)
	for i := range slice.Spec.Devices {
		for j := range slice.Spec.Devices[i].Taints {
			slice.Spec.Devices[i].Taints[j].TimeAdded = &now
		}
	}
	s.slices[slice.Metadata.Name] = slice
	s.tell(Answer{"type": "MODIFIED", "object": slice})
}

func (s *apiServer) claim(w http.ResponseWriter, parts []string) {
	if len(parts) == 3 && parts[1] == "resourceclaims" {
		if claim, known := s.claims[parts[0]+"/"+parts[2]]; known {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(claim)
			return
		}
	}
	status(w, 404, "resourceclaims not found")
}

// count counts what connects, whether it goes on to speak or not.
func count(_ net.Conn, state http.ConnState) {
	if state == http.StateNew {
		server.mutex.Lock()
		server.connections++
		server.mutex.Unlock()
	}
}

// {"do": "serve", "account": DIR, "host": ADDRESS}: writes ca.crt and token
// there; the certificate is for the address, 127.0.0.1 where none is given.
func serve(line []byte) (Answer, error) {
	var call struct {
		Account string `json:"account"`
		Minor   string `json:"minor"`
		Host    string `json:"host"`
	}
	call.Host = "127.0.0.1"
	if err := json.Unmarshal(line, &call); err != nil {
		return nil, err
	}
	if call.Minor != "" {
		server.minor = call.Minor
	}
	certificate, ca, err := certificates(call.Host)
	if err != nil {
		return nil, err
	}
	if err := ioutil.WriteFile(call.Account+"/ca.crt", ca, 0600); err != nil {
		return nil, err
	}
	if err := ioutil.WriteFile(call.Account+"/token", []byte(token+"\n"), 0600); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	secure := &http.Server{Handler: server, ConnState: count, ErrorLog: log.New(ioutil.Discard, "", 0),
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}}}
	go func() { _ = secure.ServeTLS(listener, "", "") }()
	return Answer{"port": listener.Addr().(*net.TCPAddr).Port}, nil
}

func init() {
	commands["serve"] = serve
	// {"do": "slices"}: all there are, by name, and how often one was written.
	commands["slices"] = func([]byte) (Answer, error) {
		server.mutex.Lock()
		defer server.mutex.Unlock()
		items := []*resourceSlice{}
		for _, one := range server.slices {
			items = append(items, one)
		}
		sort.Slice(items, func(i, j int) bool { return items[i].Metadata.Name < items[j].Metadata.Name })
		return Answer{"slices": items, "writes": server.writes, "refused": server.refused, "unauthorized": server.badAuth,
			"connections": server.connections, "requests": server.requests}, nil
	}
	// {"do": "claim", "namespace": ..., "name": ..., "object": {...}}
	commands["claim"] = func(line []byte) (Answer, error) {
		var call struct {
			Namespace string          `json:"namespace"`
			Name      string          `json:"name"`
			Object    json.RawMessage `json:"object"`
		}
		if err := json.Unmarshal(line, &call); err != nil {
			return nil, err
		}
		server.mutex.Lock()
		defer server.mutex.Unlock()
		server.claims[call.Namespace+"/"+call.Name] = call.Object
		return nil, nil
	}
	// {"do": "fail", "method": "PUT", "status": 409, "count": 2, "delay_ms": 0}
	commands["fail"] = func(line []byte) (Answer, error) {
		var wanted fault
		if err := json.Unmarshal(line, &wanted); err != nil {
			return nil, err
		}
		server.mutex.Lock()
		defer server.mutex.Unlock()
		server.faults = append(server.faults, wanted)
		return nil, nil
	}
	// {"do": "token", "token": ...}: the only one that is accepted from now on.
	commands["token"] = func(line []byte) (Answer, error) {
		var call struct {
			Token string `json:"token"`
		}
		if err := json.Unmarshal(line, &call); err != nil {
			return nil, err
		}
		server.mutex.Lock()
		defer server.mutex.Unlock()
		server.token = call.Token
		return nil, nil
	}
	// {"do": "remove_slices"}: as the kubelet does for a plugin that is away.
	commands["remove_slices"] = func([]byte) (Answer, error) {
		server.mutex.Lock()
		defer server.mutex.Unlock()
		for _, one := range server.slices {
			server.tell(Answer{"type": "DELETED", "object": one})
		}
		server.slices = map[string]*resourceSlice{}
		return nil, nil
	}
	// {"do": "add_slice", "slice": {...}}: somebody else's, or an old one.
	commands["add_slice"] = func(line []byte) (Answer, error) {
		var call struct {
			Slice json.RawMessage `json:"slice"`
		}
		if err := json.Unmarshal(line, &call); err != nil {
			return nil, err
		}
		slice, err := decodeSlice(call.Slice)
		if err != nil {
			return nil, fmt.Errorf("the test's slice: %v", err)
		}
		server.mutex.Lock()
		defer server.mutex.Unlock()
		server.store(slice)
		return nil, nil
	}
}
