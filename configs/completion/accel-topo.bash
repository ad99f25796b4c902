# bash completion for accel-topo.
# Install as /usr/share/bash-completion/completions/accel-topo.

# Names of the machine that the line so far looks at. Asking must never hang or
# write to the terminal, so errors are dropped and the time is bounded.
_accel_topo_names() {
  local -a source=()
  local i
  for ((i = 1; i < cword; ++i)); do
    case ${words[i]} in
      --direct) source+=(--direct) ;;
      --host | --sysroot | --bus | --vfio-offers) source+=("${words[i]}" "${words[i + 1]}") ;;
    esac
  done
  timeout 2 accel-topo "${source[@]}" names 2>/dev/null
}

_accel_topo() {
  local cur prev words cword
  # Keys hold colons, at which bash alone breaks words.
  if declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref -n : cur prev words cword
  else
    cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
  fi
  local commands="show distance path matrix devices functions memory why"
  commands+=" diff export watch gather names"
  local kinds="package numa memory memory-side-cache host-bridge root-port
    switch-port pci platform accelerator engine nic storage fabric-hub iommu"
  local common="--direct --sysroot --host --bus --json --width --color --colour --ascii
    --vfio-offers --help --version"
  local show="--from --only --ignore --no-io --no-bridges --no-collapse
    --no-factorize --faults"
  local export="--format --name --no-collapse --force"
  local choices=""
  COMPREPLY=()

  case $prev in
    --sysroot | --host | --vfio-offers) compopt -o default && return ;;
    gather) [[ $cur != -* ]] && compopt -o default && return ;;
    --width) return ;;
    --bus) choices="system session" ;;
    --color | --colour) choices="auto always never" ;;
    --only | --ignore) choices=$kinds ;;
    --from) choices=$(_accel_topo_names) ;;
    --format) choices="html svg json dot graphml" ;;
    --name) return ;;
  esac

  local command="" word
  for word in "${words[@]:1:cword-1}"; do
    if [[ " $commands " == *" $word "* ]]; then
      command=$word
      break
    fi
  done

  if [[ -n $choices ]]; then
    :
  elif [[ $cur == -* ]]; then
    [[ -n $command && $command != show ]] && show=""
    [[ $command != export ]] && export=""
    local own=""
    case $command in
      matrix) own="--latency --bandwidth" ;;
      diff) own="--ignore-volatile --sources" ;;
      gather) own="--force" ;;
    esac
    choices="$common $show $export $own"
  else
    case $command in
      "") choices=$commands ;;
      export | gather) compopt -o default && return ;;
      matrix) choices=$kinds ;;
      distance | path | why) choices=$(_accel_topo_names) ;;
      diff)
        [[ $cur == l* ]] && choices="live"
        [[ -z $choices ]] && compopt -o default && return
        ;;
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$cur")
  declare -F __ltrim_colon_completions >/dev/null &&
    __ltrim_colon_completions "$cur"
  return 0
}

complete -F _accel_topo accel-topo
