# bash completion for acceld.
# Install as /usr/share/bash-completion/completions/acceld.

_acceld() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  case $previous in
    --bus) COMPREPLY=($(compgen -W "system session unix:path=" -- "$current")); return ;;
    --stand-in) COMPREPLY=($(compgen -W "soft" -- "$current")); return ;;
    --runtime-directory) COMPREPLY=($(compgen -d -- "$current")); return ;;
    --policy | --vfio-offers | --sysroot | --host | --worker) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  COMPREPLY=($(compgen -W "--bus --policy --vfio-offers --sysroot --host
    --stand-in --runtime-directory --worker --verbose --help --version" -- "$current"))
}

complete -F _acceld acceld
