package main

// The structs of the measured values, with the fields of Consul 1.21 by their exact names, what is embedded flattened.
// What is nil in the values is an any here.

type indexedCheckServiceNodes struct {
	Backend               int64
	ConsistencyLevel      string
	Index                 uint64
	KnownLeader           bool
	LastContact           int64
	Nodes                 []checkServiceNode
	NotModified           bool
	ResultsFilteredByACLs bool
}

type kvsRequest struct {
	Datacenter string
	DirEnt     dirEntry
	Op         string
	Token      string
}

type checkServiceNode struct {
	Checks  []*healthCheck
	Node    *node
	Service *nodeService
}

type dirEntry struct {
	CreateIndex uint64
	Flags       uint64
	Key         string
	LockIndex   uint64
	ModifyIndex uint64
	Session     string
	Value       []byte
}

type healthCheck struct {
	CheckID     string
	CreateIndex uint64
	Definition  healthCheckDefinition
	ExposedPort int64
	Interval    string
	ModifyIndex uint64
	Name        string
	Node        string
	Notes       string
	Output      string
	PeerName    string
	ServiceID   string
	ServiceName string
	ServiceTags []string
	Status      string
	Timeout     string
	Type        string
}

type node struct {
	Address         string
	CreateIndex     uint64
	Datacenter      string
	ID              string
	Locality        *any
	Meta            map[string]string
	ModifyIndex     uint64
	Node            string
	Partition       string
	PeerName        string
	TaggedAddresses map[string]string
}

type nodeService struct {
	Address                    string
	Connect                    serviceConnect
	CreateIndex                uint64
	EnableTagOverride          bool
	ID                         string
	Kind                       string
	Locality                   *any
	LocallyRegisteredAsSidecar bool
	Meta                       map[string]string
	ModifyIndex                uint64
	PeerName                   string
	Port                       int64
	Proxy                      connectProxyConfig
	Service                    string
	SocketPath                 string
	TaggedAddresses            map[string]serviceAddress
	Tags                       []string
	Weights                    *weights
}

type healthCheckDefinition struct {
	AliasNode                      string
	AliasService                   string
	Body                           string
	DeregisterCriticalServiceAfter int64
	DisableRedirects               bool
	DockerContainerID              string
	GRPC                           string
	GRPCUseTLS                     bool
	H2PING                         string
	H2PingUseTLS                   bool
	HTTP                           string
	Header                         map[string][]string
	Interval                       int64
	Method                         string
	OSService                      string
	OutputMaxSize                  uint64
	ScriptArgs                     []string
	Shell                          string
	TCP                            string
	TCPUseTLS                      bool
	TLSServerName                  string
	TLSSkipVerify                  bool
	TTL                            int64
	Timeout                        int64
	UDP                            string
}

type serviceConnect struct {
	Native         bool
	PeerMeta       *any
	SidecarService *any
}

type connectProxyConfig struct {
	AccessLogs             accessLogsConfig
	Config                 map[string]any
	DestinationServiceID   string
	DestinationServiceName string
	EnvoyExtensions        []any
	Expose                 exposeConfig
	LocalServiceAddress    string
	LocalServicePort       int64
	LocalServiceSocketPath string
	MeshGateway            meshGatewayConfig
	Mode                   string
	MutualTLSMode          string
	TransparentProxy       transparentProxyConfig
	Upstreams              []any
}

type serviceAddress struct {
	Address string
	Port    int64
}

type weights struct {
	Passing int64
	Warning int64
}

type accessLogsConfig struct {
	DisableListenerLogs bool
	Enabled             bool
	JSONFormat          string
	Path                string
	TextFormat          string
	Type                string
}

type exposeConfig struct {
	Checks bool
	Paths  []any
}

type meshGatewayConfig struct {
	Mode string
}

type transparentProxyConfig struct {
	DialedDirectly       bool
	OutboundListenerPort int64
}
