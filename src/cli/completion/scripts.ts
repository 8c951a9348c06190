// The scripts that make shells ask `holdfast complete`. Where nothing is proposed, each falls back to names of files.
// What is proposed is never expanded: bash reads it with mapfile, zsh and fish split it at ends of lines.

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# holdfast completion bash: put "source <(holdfast completion bash)" into ~/.bashrc
_holdfast() {
  mapfile -t COMPREPLY < <("$1" complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ \${COMPREPLY[0]-} == *[.=] ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -o default -F _holdfast holdfast
`,
  zsh: `#compdef holdfast
# holdfast completion zsh: put "source <(holdfast completion zsh)" into ~/.zshrc, below compinit
_holdfast() {
  local -a found
  found=(\${(f)"$("$words[1]" complete "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( $#found )); then compadd -- $found; else _files; fi
}
compdef _holdfast holdfast
`,
  fish: `# holdfast completion fish: write it to ~/.config/fish/completions/holdfast.fish
function __holdfast_complete
  set -l words (commandline -opc) (commandline -ct)
  command $words[1] complete $words[2..-1] 2>/dev/null
end
complete -c holdfast -a '(__holdfast_complete)'
`,
};
