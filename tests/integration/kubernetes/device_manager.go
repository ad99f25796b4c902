package main

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
	api "kubelet/deviceplugin_v1beta1"
	pods "kubelet/podresources_v1"
)

const callTimeout = 60 * time.Second

type deviceCall struct {
	Dir       string     `json:"dir"`      // of kubelet.sock and the plugins'; "": no such socket
	Pods      string     `json:"pods"`     // path of the PodResources socket
	Resource  string     `json:"resource"` // "acceld.org/x"
	Units     [][]string `json:"units"`    // one list a container
	Available []string   `json:"available"`
	Must      []string   `json:"must"`
	Size      int32      `json:"size"`
	Pod       string     `json:"pod"`
	Method    string     `json:"method"` // full name, of a raw call
	Bytes     []byte     `json:"bytes"`  // base64: what a raw call sends
}

// kubelet is one life of the fake: from start to stop.
type kubelet struct {
	api.UnimplementedRegistrationServer
	pods.UnimplementedPodResourcesListerServer
	dir     string
	servers []*grpc.Server
	mutex   sync.Mutex
	plugins map[string]*plugin
	running map[string]*pods.PodResources
}

// plugin is a registered one, with the connection to it.
type plugin struct {
	connection *grpc.ClientConn
	client     api.DevicePluginClient
	cancel     context.CancelFunc
}

var (
	current      *kubelet
	currentMutex sync.Mutex
)

func codeOf(err error) string { return status.Code(err).String() }

func timed() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), callTimeout)
}

func dial(path string) (*grpc.ClientConn, error) {
	ctx, cancel := timed()
	defer cancel()
	return grpc.DialContext(ctx, path, grpc.WithBlock(),
		grpc.WithInsecure(),
		grpc.WithContextDialer(func(ctx context.Context, path string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", path)
		}))
}

// serve listens as the kubelet does: it removes what lies in its place.
func serve(path string, register func(*grpc.Server)) (*grpc.Server, error) {
	if err := os.RemoveAll(path); err != nil {
		return nil, err
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	server := grpc.NewServer()
	register(server)
	go server.Serve(listener)
	return server, nil
}

// Register is the call of a plugin.
func (k *kubelet) Register(_ context.Context, request *api.RegisterRequest) (*api.Empty, error) {
	say(Answer{"event": "registered", "resource": request.ResourceName,
		"endpoint": request.Endpoint, "version": request.Version,
		"preferred": request.Options.GetGetPreferredAllocationAvailable(),
		"prestart":  request.Options.GetPreStartRequired()})
	if request.Version != "v1beta1" {
		return nil, errors.New("unsupported version")
	}
	// As the kubelet does: the plugin is called while it waits for the answer.
	go k.follow(request.ResourceName, filepath.Join(k.dir, request.Endpoint))
	return &api.Empty{}, nil
}

func (k *kubelet) follow(resource, path string) {
	connection, err := dial(path)
	if err != nil {
		say(Answer{"event": "unreachable", "resource": resource, "error": err.Error()})
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	mine := &plugin{connection, api.NewDevicePluginClient(connection), cancel}
	k.mutex.Lock()
	if old := k.plugins[resource]; old != nil {
		old.cancel()
	}
	k.plugins[resource] = mine
	k.mutex.Unlock()
	defer connection.Close()
	stream, err := mine.client.ListAndWatch(ctx, &api.Empty{})
	for err == nil {
		var list *api.ListAndWatchResponse
		if list, err = stream.Recv(); err == nil {
			k.report(resource, list)
		}
	}
	k.mutex.Lock()
	if k.plugins[resource] == mine {
		delete(k.plugins, resource)
	}
	k.mutex.Unlock()
	say(Answer{"event": "ended", "resource": resource, "code": codeOf(err)})
}

func (k *kubelet) report(resource string, list *api.ListAndWatchResponse) {
	devices := []Answer{}
	for _, device := range list.Devices {
		nodes := []int64{}
		for _, node := range device.Topology.GetNodes() {
			nodes = append(nodes, node.ID)
		}
		devices = append(devices, Answer{"id": device.ID, "health": device.Health, "numa": nodes})
	}
	say(Answer{"event": "devices", "resource": resource, "devices": devices})
}

// List is what PodResources answers.
func (k *kubelet) List(context.Context, *pods.ListPodResourcesRequest) (*pods.ListPodResourcesResponse, error) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	say(Answer{"event": "listed"})
	answer := &pods.ListPodResourcesResponse{}
	for _, pod := range k.running {
		answer.PodResources = append(answer.PodResources, pod)
	}
	return answer, nil
}

func startKubelet(call *Call) (Answer, error) {
	k := &kubelet{dir: call.Dir, plugins: map[string]*plugin{}, running: map[string]*pods.PodResources{}}
	if call.Dir != "" {
		registration, err := serve(filepath.Join(call.Dir, "kubelet.sock"), func(server *grpc.Server) {
			api.RegisterRegistrationServer(server, k)
		})
		if err != nil {
			return nil, err
		}
		k.servers = append(k.servers, registration)
	}
	if call.Pods != "" {
		lister, err := serve(call.Pods, func(server *grpc.Server) {
			pods.RegisterPodResourcesListerServer(server, k)
		})
		if err != nil {
			return nil, err
		}
		k.servers = append(k.servers, lister)
	}
	currentMutex.Lock()
	current = k
	currentMutex.Unlock()
	return nil, nil
}

func stopKubelet(*Call) (Answer, error) {
	currentMutex.Lock()
	k := current
	current = nil
	currentMutex.Unlock()
	if k == nil {
		return nil, errors.New("no kubelet runs")
	}
	for _, server := range k.servers {
		server.Stop()
	}
	k.mutex.Lock()
	defer k.mutex.Unlock()
	for _, one := range k.plugins {
		one.cancel()
	}
	return nil, nil
}

// pluginOf is the plugin that registered the call's resource last.
func pluginOf(call *Call) (*kubelet, *plugin, error) {
	currentMutex.Lock()
	k := current
	currentMutex.Unlock()
	if k == nil {
		return nil, nil, errors.New("no kubelet runs")
	}
	k.mutex.Lock()
	defer k.mutex.Unlock()
	one := k.plugins[call.Resource]
	if one == nil {
		return nil, nil, errors.New("no plugin serves " + call.Resource)
	}
	return k, one, nil
}

func allocate(call *Call) (Answer, error) {
	_, one, err := pluginOf(call)
	if err != nil {
		return nil, err
	}
	request := &api.AllocateRequest{}
	for _, units := range call.Units {
		request.ContainerRequests = append(request.ContainerRequests,
			&api.ContainerAllocateRequest{DevicesIds: units})
	}
	ctx, cancel := timed()
	defer cancel()
	response, err := one.client.Allocate(ctx, request)
	if err != nil {
		return nil, err
	}
	containers := []Answer{}
	for _, container := range response.ContainerResponses {
		devices, mounts, cdi := []string{}, []string{}, []string{}
		for _, device := range container.Devices {
			devices = append(devices, device.HostPath+":"+device.ContainerPath+":"+device.Permissions)
		}
		for _, mount := range container.Mounts {
			mounts = append(mounts, mount.HostPath+":"+mount.ContainerPath)
		}
		for _, device := range container.CdiDevices {
			cdi = append(cdi, device.Name)
		}
		containers = append(containers, Answer{"envs": container.Envs,
			"devices": devices, "mounts": mounts, "cdi": cdi})
	}
	return Answer{"containers": containers}, nil
}

func prefer(call *Call) (Answer, error) {
	_, one, err := pluginOf(call)
	if err != nil {
		return nil, err
	}
	ctx, cancel := timed()
	defer cancel()
	response, err := one.client.GetPreferredAllocation(ctx, &api.PreferredAllocationRequest{
		ContainerRequests: []*api.ContainerPreferredAllocationRequest{{
			AvailableDeviceIDs:   call.Available,
			MustIncludeDeviceIDs: call.Must,
			AllocationSize:       call.Size}}})
	if err != nil {
		return nil, err
	}
	return Answer{"units": response.ContainerResponses[0].DeviceIDs}, nil
}

func preStart(call *Call) (Answer, error) {
	_, one, err := pluginOf(call)
	if err != nil {
		return nil, err
	}
	ctx, cancel := timed()
	defer cancel()
	_, err = one.client.PreStartContainer(ctx,
		&api.PreStartContainerRequest{DevicesIds: call.Units[0]})
	return nil, err
}

// raw calls any method with any bytes: what a kubelet gone mad might send.
func raw(call *Call) (Answer, error) {
	_, one, err := pluginOf(call)
	if err != nil {
		return nil, err
	}
	ctx, cancel := timed()
	defer cancel()
	var answer []byte
	err = one.connection.Invoke(ctx, call.Method, call.Bytes, &answer, grpc.ForceCodec(bytesCodec{}))
	return Answer{"bytes": answer}, err
}

type bytesCodec struct{}

func (bytesCodec) Name() string { return "proto" }
func (bytesCodec) Marshal(value interface{}) ([]byte, error) {
	return value.([]byte), nil
}
func (bytesCodec) Unmarshal(data []byte, value interface{}) error {
	*value.(*[]byte) = append([]byte(nil), data...)
	return nil
}

// runPod says that a pod has units from now on; without units it is gone.
func runPod(call *Call) (Answer, error) {
	currentMutex.Lock()
	k := current
	currentMutex.Unlock()
	if k == nil {
		return nil, errors.New("no kubelet runs")
	}
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if len(call.Units) == 0 {
		delete(k.running, call.Pod)
		return nil, nil
	}
	k.running[call.Pod] = &pods.PodResources{Name: call.Pod, Namespace: "default",
		Containers: []*pods.ContainerResources{{Name: "main",
			Devices: []*pods.ContainerDevices{
				{ResourceName: call.Resource, DeviceIds: call.Units[0]},
				{ResourceName: "example.com/other", DeviceIds: []string{"x"}}}}}}
	return nil, nil
}

func init() {
	commands["start"] = startKubelet
	commands["stop"] = stopKubelet
	commands["allocate"] = allocate
	commands["prefer"] = prefer
	commands["prestart"] = preStart
	commands["raw"] = raw
	commands["pod"] = runPod
}
