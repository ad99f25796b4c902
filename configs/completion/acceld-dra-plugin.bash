# bash completion for acceld-dra-plugin.
# Install as /usr/share/bash-completion/completions/acceld-dra-plugin.

_acceld_dra_plugin() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  case $previous in
    --bus) COMPREPLY=($(compgen -W "system session unix:path=" -- "$current")); return ;;
    --kubelet | --cdi | --root | --service-account) COMPREPLY=($(compgen -d -- "$current")); return ;;
    --node | --refresh | --linger) return ;;
  esac
  COMPREPLY=($(compgen -W "--node --bus --kubelet --cdi --root
    --service-account --refresh --linger --help --version" -- "$current"))
}

complete -F _acceld_dra_plugin acceld-dra-plugin
