# bash completion for accelctl

_accelctl_policy() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local command="" word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word =~ ^(check|explain|simulate|diff)$ ]] && command=$word
  done
  local options="--json --users --no-users --help"
  local machine="--host --sysroot --running"
  case $command in
    check) options+=" --strict" ;;
    explain) options+=" $machine --policy --user --group --slice --pipeline
      --considered" ;;
    simulate) options+=" $machine --policy --workload --seed --picture
      --decisions" ;;
    diff) options+=" $machine --workload --seed --all" ;;
  esac
  case $previous in
    --user) COMPREPLY=($(compgen -u -- "$current")); return ;;
    --group) COMPREPLY=($(compgen -g -- "$current")); return ;;
  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  elif [[ -z $command ]]; then
    COMPREPLY=($(compgen -W "check explain simulate diff" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}

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
    _accelctl_policy
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
