# bash completion for accel-policy, and for accelctl policy.
# Install as /usr/share/bash-completion/completions/accel-policy.

_accel_policy() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local command="" word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word =~ ^(check|explain|simulate|diff)$ ]] && command=$word
  done
  local options="--json --users --no-users --help"
  local machine="--host --sysroot --running"
  case $command in
    "") options+=" --version" ;;
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

complete -F _accel_policy accel-policy
