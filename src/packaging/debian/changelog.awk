# Makes Debian's changelog of CHANGELOG.md: an entry for each release, newest first. Where the version
# that is being packed has no section yet, "Unreleased" is taken for it.
#   awk -v version=V -v release=R -v maintainer='Name <address>' -v now=SECONDS -f ...
# SPDX-License-Identifier: Apache-2.0
function wrapped(text, first, others,    words, n, i, line) {
  n = split(text, words, " ")
  line = first words[1]
  for (i = 2; i <= n; i++) {
    if (length(line " " words[i]) > 78) {
      print line
      line = others words[i]
    } else {
      line = line " " words[i]
    }
  }
  print line
}
function flush_item() {
  if (item != "") wrapped(item, "  * ", "    ")
  item = ""
}
function date_of(when,    command, text) {
  command = "LC_ALL=C date -u -R -d '" when "'"
  command | getline text
  close(command)
  return text
}
function flush_entry() {
  flush_item()
  if (open) printf "\n -- %s  %s\n", maintainer, date_of(when)
  open = 0
}

BEGIN {
  while ((getline line < ARGV[1]) > 0)
    if (line ~ "^## \\[?" version "[] ]?" || line == "## " version) has_section = 1
  close(ARGV[1])
}
/^## / {
  flush_entry()
  name = $2
  gsub(/[][]/, "", name)
  if (name == "Unreleased") name = has_section ? "" : version
  if (name == "") next
  when = match($0, /[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]/) ? substr($0, RSTART, 10) : "@" now
  if (open_before) print ""
  heads = 0
  printf "lavavisor (%s-%s) unstable; urgency=medium\n\n", name, release
  open = open_before = 1
  next
}
!open { next }
/^### / { flush_item(); if (heads++) print ""; printf "  [ %s ]\n", substr($0, 5); next }
/^- / { flush_item(); item = substr($0, 3); next }
/^  / { item = item " " substr($0, 3); next }
{ flush_item() }
END { flush_entry() }
