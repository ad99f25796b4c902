# bash completion for accelctl
# Install as /usr/share/bash-completion/completions/accelctl.

_accelctl_cdi() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local command="" word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word =~ ^(generate|sync|list|remove)$ ]] && command=$word
  done
  case $previous in
    --output-dir | --root) COMPREPLY=($(compgen -d -- "$current")); return ;;
  esac
  if [[ -z $command ]]; then
    COMPREPLY=($(compgen -W "generate sync list remove" -- "$current"))
    return
  fi
  local options="--bus --json --help --output-dir"
  [[ $command =~ ^(generate|sync)$ ]] && options+=" --root"
  [[ $command == sync ]] && options+=" --all --watch"
  [[ $command == remove ]] && options+=" --leases"
  COMPREPLY=($(compgen -W "$options" -- "$current"))
}

_accelctl() {
  local commands="plan explain acquire run exec demo leases release describe export status
    rescan reload revoke taint untaint policy cdi"
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local command="" word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == -- ]]; then
      COMPREPLY=($(compgen -c -- "$current"))
      return
    fi
    [[ $word == --bus ]] && { ((i++)); continue; }
    [[ -z $command && $word != -* ]] && command=$word
  done
  if [[ $command == policy ]]; then
    # It runs accel-policy, whose completion lies beside this one.
    declare -F _accel_policy >/dev/null ||
      source "$(dirname "${BASH_SOURCE[0]}")/accel-policy.bash" 2>/dev/null ||
      source "$(dirname "${BASH_SOURCE[0]}")/accel-policy" 2>/dev/null || return
    _accel_policy
    return
  fi
  if [[ $command == cdi ]]; then
    _accelctl_cdi
    return
  fi
  case $previous in
    --bus)
      COMPREPLY=($(compgen -W "system session unix:path=" -- "$current"))
      return ;;
    --kind)
      COMPREPLY=($(compgen -W "package numa memory memory-side-cache host-bridge
        root-port switch-port pci platform accelerator engine nic storage
        fabric-hub iommu" -- "$current"))
      return ;;
    --effect)
      COMPREPLY=($(compgen -W "refuse avoid" -- "$current"))
      return ;;
    --cdi-dir)
      COMPREPLY=($(compgen -d -- "$current"))
      return ;;
    --file | --pipeline | --output | --from | -o | -p)
      COMPREPLY=($(compgen -f -- "$current"))
      return ;;
  esac
  if [[ $current == -* ]]; then
    local options="--bus --json --help"
    [[ -z $command ]] && options+=" --version"
    [[ $command == demo ]] && options+=" --file --size --output --pipeline
      --inherited"
    [[ $command == run ]] && options+=" --pipeline --cdi --cdi-dir --detach
      --no-affinity"
    [[ $command == describe ]] && options+=" --kind"
    [[ $command == export ]] && options+=" --host-names --from -o --output"
    [[ $command == leases ]] && options+=" --all"
    [[ $command == revoke ]] && options+=" --reason"
    [[ $command == taint ]] && options+=" --reason --effect --for"
    COMPREPLY=($(compgen -W "$options" -- "$current"))
    return
  fi
  case $command in
    "") COMPREPLY=($(compgen -W "$commands" -- "$current")) ;;
    exec) COMPREPLY=($(compgen -c -- "$current")) ;;
    plan | explain | acquire | run)
      COMPREPLY=($(compgen -f -- "$current")) ;;
    export) COMPREPLY=($(compgen -W "gres.conf" -- "$current")) ;;
    release | revoke)
      # Only what the daemon says at once; none where it does not answer.
      COMPREPLY=($(compgen -W "$(accelctl leases 2>/dev/null |
        sed -n 's|^/org/acceld1/lease/\([0-9a-f]*\).*|\1|p')" -- "$current")) ;;
  esac
}

complete -F _accelctl accelctl
