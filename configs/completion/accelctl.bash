# bash completion for accelctl

_accelctl() {
  local commands="plan explain acquire run demo leases release describe status
    rescan reload revoke taint untaint"
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
    --file | --pipeline | --output)
      COMPREPLY=($(compgen -f -- "$current"))
      return ;;
  esac
  if [[ $current == -* ]]; then
    local options="--bus --json --help"
    [[ -z $command ]] && options+=" --version"
    [[ $command == demo ]] && options+=" --file --size --output --pipeline"
    [[ $command == describe ]] && options+=" --kind"
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
    release | revoke)
      # Only what the daemon says at once; none where it does not answer.
      COMPREPLY=($(compgen -W "$(accelctl leases 2>/dev/null |
        sed -n 's|^/org/acceld1/lease/\([0-9a-f]*\).*|\1|p')" -- "$current")) ;;
  esac
}

complete -F _accelctl accelctl
