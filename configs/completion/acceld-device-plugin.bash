# bash completion for acceld-device-plugin.
# Install as /usr/share/bash-completion/completions/acceld-device-plugin.

_acceld_device_plugin() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  case $previous in
    --bus) COMPREPLY=($(compgen -W "system session unix:path=" -- "$current")); return ;;
    --resources | --plugin-directory | --cdi-directory | --host-root) COMPREPLY=($(compgen -d -- "$current")); return ;;
    --pod-resources) COMPREPLY=($(compgen -f -- "$current")); return ;;
    --linger | --grace | --interval) return ;;
  esac
  COMPREPLY=($(compgen -W "--bus --resources --plugin-directory
    --pod-resources --cdi-directory --host-root --linger --grace --interval --help
    --version" -- "$current"))
}

complete -F _acceld_device_plugin acceld-device-plugin
