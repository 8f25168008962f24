#compdef imgfilt
# Completion of imgfilt for zsh.
_imgfilt() {
    local kind value help files=''
    local -a words_before whole open
    words_before=("${(@Q)words[2,CURRENT]}")
    while IFS=$'\t' read -r kind value help; do
        case $kind in
            word)
                value=${value//:/\\:}
                if [[ $value == *: ]]; then
                    open+=("$value${help:+:$help}")
                else
                    whole+=("$value${help:+:$help}")
                fi ;;
            file | folder) files=$kind ;;
        esac
    done < <(_IMGFILT_COMPLETE=zsh_complete ${(Q)words[1]} "${words_before[@]}" 2>/dev/null)

    # The value of --option=value is a word of its own.
    [[ $PREFIX == --*=* ]] && compset -P '*='
    (( $#whole )) && _describe -V imgfilt whole
    (( $#open )) && _describe -V imgfilt open -S ''
    case $files in
        file) _files ;;
        folder) _files -/ ;;
    esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _imgfilt "$@"
else
    compdef _imgfilt imgfilt
fi
