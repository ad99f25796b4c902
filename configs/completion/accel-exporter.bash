# bash completion for accel-exporter.
# Install as /usr/share/bash-completion/completions/accel-exporter.

_accel_exporter() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  case $previous in
    --bus) COMPREPLY=($(compgen -W "system session unix:path=" -- "$current")); return ;;
    --password-file) COMPREPLY=($(compgen -f -- "$current")); return ;;
    --listen | --good-for) return ;;
  esac
  COMPREPLY=($(compgen -W "--bus --listen --good-for --password-file
    --help --version" -- "$current"))
}

complete -F _accel_exporter accel-exporter
