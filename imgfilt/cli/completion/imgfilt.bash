# Completion of imgfilt for bash 4.4 and later.
_imgfilt_completion() {
    local kind value help files='' words=()
    while IFS=$'\t' read -r kind value help; do
        case $kind in
            word) words+=("$value") ;;
            file | folder) files=$kind ;;
        esac
    done < <(_IMGFILT_COMPLETE=bash_complete COMP_LINE=${COMP_LINE:0:COMP_POINT} "$1" 2>/dev/null)

    COMPREPLY=("${words[@]}")
    # Without words, bash completes names of files by itself, also with quotation marks and ~.
    if [[ $files == folder ]]; then
        compopt -o dirnames -o filenames
    elif [[ $files == file && ${#words[@]} -eq 0 ]]; then
        compopt -o bashdefault -o default
    elif [[ $files == file && -n $2 ]]; then
        while IFS= read -r value; do
            [[ -d $value ]] && value+=/
            COMPREPLY+=("$(printf '%q' "$value")")
        done < <(compgen -f -- "$2")
    fi
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[:/] ]]; then
        compopt -o nospace
    fi
}
complete -o nosort -F _imgfilt_completion imgfilt
