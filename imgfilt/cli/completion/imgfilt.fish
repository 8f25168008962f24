# Completion of imgfilt for fish 3.4 and later.
function __imgfilt_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    # The word, without what quotes it; the second command is for an open quotation mark.
    set -l current (string unescape -- "$typed"; or string trim -l -c '\'"' -- "$typed")
    # The value of --option=value is completed with the option before it.
    set -l option (string match -r -- '^--[^=]+=' "$typed")
    set -l begun (string replace -r -- '^--[^=]+=' '' "$typed")
    for line in (_IMGFILT_COMPLETE=fish_complete $words "$current" 2>/dev/null)
        set -l parts (string split \t -- $line)
        switch $parts[1]
            case word
                echo -- "$option$parts[2]"\t"$parts[3]"
            case file
                for path in (complete -C "'' $begun")
                    echo -- "$option$path"
                end
            case folder
                for path in (__fish_complete_directories "$begun")
                    echo -- "$option$path"
                end
        end
    end
end
complete -c imgfilt -f -a '(__imgfilt_complete)'
