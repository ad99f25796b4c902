package main

// The published API, as far as slices go. Decoding refuses unknown fields.
// Source: kubernetes/api resource/v1/types.go; limits of
// kubernetes/kubernetes pkg/apis/resource/validation.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
)

type objectMeta struct {
	Name            string           `json:"name"`
	UID             string           `json:"uid,omitempty"`
	ResourceVersion string           `json:"resourceVersion,omitempty"`
	Generation      int64            `json:"generation,omitempty"`
	OwnerReferences []ownerReference `json:"ownerReferences,omitempty"`
}

type ownerReference struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	UID        string `json:"uid"`
	Controller *bool  `json:"controller,omitempty"`
}

type resourceSlice struct {
	APIVersion string     `json:"apiVersion"`
	Kind       string     `json:"kind"`
	Metadata   objectMeta `json:"metadata"`
	Spec       sliceSpec  `json:"spec"`
}

type sliceSpec struct {
	Driver         string       `json:"driver"`
	Pool           pool         `json:"pool"`
	NodeName       *string      `json:"nodeName,omitempty"`
	Devices        []device     `json:"devices,omitempty"`
	SharedCounters []counterSet `json:"sharedCounters,omitempty"`
}

type pool struct {
	Name               string `json:"name"`
	Generation         int64  `json:"generation"`
	ResourceSliceCount int64  `json:"resourceSliceCount"`
}

type counter struct {
	Value string `json:"value"`
}

type counterSet struct {
	Name     string             `json:"name"`
	Counters map[string]counter `json:"counters"`
}

type consumption struct {
	CounterSet string             `json:"counterSet"`
	Counters   map[string]counter `json:"counters"`
}

type attribute struct {
	Int     *int64  `json:"int,omitempty"`
	Bool    *bool   `json:"bool,omitempty"`
	String  *string `json:"string,omitempty"`
	Version *string `json:"version,omitempty"`
}

type capacityRange struct {
	Min  *string `json:"min,omitempty"`
	Max  *string `json:"max,omitempty"`
	Step *string `json:"step,omitempty"`
}

type requestPolicy struct {
	Default     *string        `json:"default"`
	ValidValues []string       `json:"validValues,omitempty"`
	ValidRange  *capacityRange `json:"validRange,omitempty"`
}

type capacity struct {
	Value         string         `json:"value"`
	RequestPolicy *requestPolicy `json:"requestPolicy,omitempty"`
}

type taint struct {
	Key       string  `json:"key"`
	Value     string  `json:"value,omitempty"`
	Effect    string  `json:"effect"`
	TimeAdded *string `json:"timeAdded,omitempty"`
}

type device struct {
	Name                     string               `json:"name"`
	Attributes               map[string]attribute `json:"attributes,omitempty"`
	Capacity                 map[string]capacity  `json:"capacity,omitempty"`
	ConsumesCounters         []consumption        `json:"consumesCounters,omitempty"`
	Taints                   []taint              `json:"taints,omitempty"`
	AllowMultipleAllocations *bool                `json:"allowMultipleAllocations,omitempty"`
}

var (
	label     = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
	qualified = regexp.MustCompile(`^([a-z0-9][-a-z0-9.]{0,61}[a-z0-9]/)?[A-Za-z_][A-Za-z0-9_]{0,31}$`)
	quantity  = regexp.MustCompile(`^[0-9]+([KMGTPE]i|[kMGTPE])?$`)
)

// decodeSlice reads a slice as strictly as an API server with
// fieldValidation=Strict, and checks what it checks.
func decodeSlice(body []byte) (*resourceSlice, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	var slice resourceSlice
	if err := decoder.Decode(&slice); err != nil {
		return nil, err
	}
	return &slice, slice.validate()
}

func (slice *resourceSlice) validate() error {
	spec := &slice.Spec
	if slice.Kind != "ResourceSlice" || slice.Metadata.Name == "" {
		return fmt.Errorf("no named ResourceSlice")
	}
	if spec.NodeName == nil || spec.Pool.Name == "" || spec.Pool.ResourceSliceCount < 1 {
		return fmt.Errorf("spec: nodeName and pool are required")
	}
	if spec.Devices != nil && spec.SharedCounters != nil {
		return fmt.Errorf("spec: either devices or sharedCounters")
	}
	names := map[string]bool{}
	advanced := false
	for i := range spec.Devices {
		one := &spec.Devices[i]
		if names[one.Name] {
			return fmt.Errorf("spec.devices[%d].name: %s twice", i, one.Name)
		}
		names[one.Name] = true
		advanced = advanced || one.Taints != nil || one.ConsumesCounters != nil
		if err := one.validate(); err != nil {
			return fmt.Errorf("spec.devices[%d]: %v", i, err)
		}
	}
	if limit := 128; len(spec.Devices) > limit || advanced && len(spec.Devices) > 64 {
		return fmt.Errorf("spec.devices: too many")
	}
	return nil
}

func (one *device) validate() error {
	if !label.MatchString(one.Name) {
		return fmt.Errorf("name %q is no DNS label", one.Name)
	}
	if len(one.Attributes)+len(one.Capacity) > 32 {
		return fmt.Errorf("more than 32 attributes and capacities")
	}
	for name, value := range one.Attributes {
		set := 0
		for _, has := range []bool{value.Int != nil, value.Bool != nil, value.String != nil, value.Version != nil} {
			if has {
				set++
			}
		}
		if !qualified.MatchString(name) || set != 1 {
			return fmt.Errorf("attribute %q", name)
		}
		if value.String != nil && len(*value.String) > 64 {
			return fmt.Errorf("attribute %q is too long", name)
		}
	}
	for name, value := range one.Capacity {
		if !qualified.MatchString(name) || !quantity.MatchString(value.Value) {
			return fmt.Errorf("capacity %q", name)
		}
		if value.RequestPolicy != nil && one.AllowMultipleAllocations == nil {
			return fmt.Errorf("capacity %q: a policy of a device that is not shared", name)
		}
	}
	for _, one := range one.Taints {
		if one.Effect != "None" && one.Effect != "NoSchedule" && one.Effect != "NoExecute" {
			return fmt.Errorf("taint effect %q", one.Effect)
		}
	}
	return nil
}
