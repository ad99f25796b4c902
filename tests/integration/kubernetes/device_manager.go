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

const callTimeout = 20 * time.Second

type deviceCall struct {
	Dir       string     `json:"dir"`       // of kubelet.sock and the plugins'
	Pods      string     `json:"pods"`      // path of the PodResources socket
	Resource  string     `json:"resource"`  // "acceld.org/x"
	Units     [][]string `json:"units"`     // one list a container
	Available []string   `json:"available"`
	Must      []string   `json:"must"`
	Size      int32      `json:"size"`
	Pod       string     `json:"pod"`
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
	answer := &pods.ListPodResourcesResponse{}
	for _, pod := range k.running {
		answer.PodResources = append(answer.PodResources, pod)
	}
	return answer, nil
}

func startKubelet(call *Call) (Answer, error) {
	k := &kubelet{dir: call.Dir, plugins: map[string]*plugin{}, running: map[string]*pods.PodResources{}}
	registration, err := serve(filepath.Join(call.Dir, "kubelet.sock"), func(server *grpc.Server) {
		api.RegisterRegistrationServer(server, k)
	})
	if err != nil {
		return nil, err
	}
	k.servers = append(k.servers, registration)
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

func init() {
	commands["start"] = startKubelet
}
