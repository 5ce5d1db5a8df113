#!/bin/sh
# Shows what a headless agent CLI prints, one JSON object a line, as text on the terminal of its agent's pane. For the
# eye alone: how a task ended is read by the daemon, from the stream itself.
#
#   show-stream.sh SEAT < stream      SEAT: two lines, NAME.start of the agent and what to call the task
export LC_ALL=C
{
  IFS= read -r dir
  IFS= read -r title
} <"$1"

# Some awk read whole blocks only, and hold back what is printed.
case $(awk -W version </dev/null 2>&1) in
  mawk*) live='-W interactive' ;;
  *) live='' ;;
esac

show() { # Ends with 0 at the end of the stream, else when the seat is gone.
  # shellcheck disable=SC2086
  awk $live '
  BEGIN {
    split("", leaf)
    for (i = 0; i < 16; i++) hex[substr("0123456789abcdef", i + 1, 1)] = hex[substr("0123456789ABCDEF", i + 1, 1)] = i
    LONGEST = 65536
  }

  length($0) > LONGEST {
    if (substr($0, 1, 14) != "{\"type\":\"user\"") { fresh(); put("> (" int(length($0) / 1024) " KB, not shown)\n") }
    next
  }
  { gsub(/\r/, "") }
  substr($0, 1, 1) != "{" { fresh(); put($0 "\n"); next }
  !parse($0) { fresh(); put($0 "\n"); next }
  { tell() }

  # --- what is told of an object ---
  function tell(  type, i, at, kind) {
    type = leaf[".type"]
    if (type == "assistant") {
      for (i = 1; (at = ".message.content." i) (".type") in leaf; i++) {
        kind = leaf[at ".type"]
        if (kind == "text") whole(leaf[at ".text"])
        else if (kind == "tool_use") tool(leaf[at ".name"] " " first(leaf[at ".input.command"], leaf[at ".input.file_path"], leaf[at ".input.pattern"]))
      }
    } else if (type == "system" && leaf[".subtype"] == "permission_denied") tool("not permitted: " leaf[".message"])
    else if (type == "result") {
      if (".status" in leaf) { if (leaf[".status"] != "success") bad(first(leaf[".error.message"], leaf[".message"], "it failed")) }
      else if (leaf[".is_error"] == "true" || first(leaf[".subtype"], "success") != "success")
        bad(first(leaf[".result"], leaf[".error"], leaf[".subtype"]))
    } else if (type == "item.completed") {
      if (leaf[".item.type"] == "agent_message") whole(leaf[".item.text"])
      else if (".item.command" in leaf) tool(leaf[".item.command"])
      else if (leaf[".item.type"] == "error") tool(leaf[".item.message"])
    } else if (type == "turn.failed") bad(first(leaf[".error.message"], leaf[".message"], "the turn failed"))
    else if (type == "error") {
      if (leaf[".severity"] != "warning")
        bad(first(leaf[".error.data.message"], leaf[".error.message"], first(leaf[".error.name"], leaf[".message"], "an error")))
    } else if (type == "message" && leaf[".role"] == "assistant") {
      if (leaf[".delta"] == "true") put(plain(leaf[".content"])); else whole(leaf[".content"])
    } else if (type == "tool_use") tool(first(leaf[".tool_name"], leaf[".part.tool"], "tool"))
    else if (type == "text") whole(leaf[".part.text"])
  }
  function first(a, b, c) { return a != "" ? a : b != "" ? b : c }
  function whole(text) { if (text != "") { fresh(); put(plain(text) "\n") } }
  function tool(text) { fresh(); put("> " plain(text) "\n") }
  function bad(text) { # some say it twice
    if (text == said) return
    said = text
    fresh(); put("! " plain(text) "\n")
  }
  function fresh() { if (column) put("\n") }

  # --- output: nothing that a terminal obeys ---
  function put(text) {
    gsub(/\033\[[0-9;:?<=>]*[ -\/]*[@-~]/, "", text)
    gsub(/\033\][^\007\033]*(\007|\033\\)?/, "", text)
    gsub(/\t/, "    ", text)
    gsub(/[\001-\010\013-\037\177]/, "", text)
    gsub(/\302[\200-\237]/, "", text)
    gsub(/\342\200[\213-\217\250-\256]/, "", text)
    gsub(/\342\201[\240-\257]/, "", text)
    gsub(/\357\273\277/, "", text)
    gsub(/\363\240[\200-\201][\200-\277]/, "", text)
    if (text == "") return
    column = text !~ /\n$/
    printf "%s", text
    fflush()
  }

  # --- JSON: every string, number and word of an object under its path, as `.message.content.1.text` ---
  function parse(s,  depth, c, end, value, tokens) {
    split("", leaf)
    depth = 0
    while (tokens++ < 4000) {
      sub(/^[ ,:]+/, "", s)
      if (s == "") return 0
      c = substr(s, 1, 1)
      if (c == "{" || c == "[") {
        value = path(depth++)
        kind[depth] = c; base[depth] = value; count[depth] = 0; named[depth] = 0
        s = substr(s, 2)
        continue
      }
      if (c == "}" || c == "]") {
        if ((c == "}") != (kind[depth] == "{")) return 0
        if (--depth == 0) return substr(s, 2) ~ /^ *$/
        named[depth] = 0
        s = substr(s, 2)
        continue
      }
      if (depth == 0) return 0
      if (c == "\"") {
        if (!(end = closing(s))) return 0
        value = substr(s, 2, end - 2)
        s = substr(s, end + 1)
        if (kind[depth] == "{" && !named[depth]) { key[depth] = value; named[depth] = 1; continue }
      } else {
        if (!match(s, /^[^],} ]+/)) return 0
        value = substr(s, 1, RLENGTH)
        s = substr(s, RLENGTH + 1)
        if (value == "null") value = ""
      }
      leaf[path(depth)] = value
      named[depth] = 0
    }
    return 0
  }
  function path(depth) {
    if (depth == 0) return ""
    return base[depth] "." (kind[depth] == "[" ? ++count[depth] : key[depth])
  }
  function closing(s,  at, next_, back) { # where the string that s begins with ends
    at = 1
    while (next_ = index(substr(s, at + 1), "\"")) {
      at += next_
      for (back = at - 1; substr(s, back, 1) == "\\"; back--);
      if ((at - 1 - back) % 2 == 0) return at
    }
    return 0
  }
  function plain(s,  out, at, c, code, low) {
    while (at = index(s, "\\")) {
      out = out substr(s, 1, at - 1)
      c = substr(s, at + 1, 1)
      s = substr(s, at + 2)
      if (c == "n") out = out "\n"
      else if (c == "t") out = out "\t"
      else if (c == "u") {
        code = number(s)
        s = substr(s, 5)
        if (code >= 55296 && code < 56320 && substr(s, 1, 2) == "\\u") {
          low = number(substr(s, 3))
          s = substr(s, 7)
          code = 65536 + (code - 55296) * 1024 + low - 56320
        }
        out = out letter(code)
      } else if (c !~ /[rbf]/) out = out c
    }
    return out s
  }
  function number(s,  i, n) {
    for (i = 1; i <= 4; i++) n = n * 16 + hex[substr(s, i, 1)]
    return n
  }
  function letter(n) {
    if (n < 1) return ""
    if (n < 128) return sprintf("%c", n)
    if (n < 2048) return sprintf("%c%c", 192 + int(n / 64), 128 + n % 64)
    if (n < 65536) return sprintf("%c%c%c", 224 + int(n / 4096), 128 + int(n / 64) % 64, 128 + n % 64)
    return sprintf("%c%c%c%c", 240 + int(n / 262144), 128 + int(n / 4096) % 64, 128 + int(n / 64) % 64, 128 + n % 64)
  }
  END { fresh() }'
}

announce() { # Fails when nobody reads.
  printf '\n-- %s --\n' "$title" 2>/dev/null
}

# A seat that an earlier version of us started reads a FIFO in the agent's own directory, where the agent may put other
# things: it gets a second name out here, and what it is is asked of that.
if [ ! -e "$dir/screen" ]; then
  ln -P "${dir%.start}.agent/screen" "$dir/screen" 2>/dev/null || ln "${dir%.start}.agent/screen" "$dir/screen" 2>/dev/null
  [ -p "$dir/screen" ] && [ ! -h "$dir/screen" ] || rm -f "$dir/screen"
fi

# A seat that was started anew reads the same FIFO. Where nobody does: what is printed is still taken.
while [ -p "$dir/screen" ] && [ -w "$dir/screen" ]; do
  # With the other end held for a moment, opening waits for nobody.
  exec 3<>"$dir/screen" 4>"$dir/screen" 3<&-
  (announce >&4) || break
  show >&4 2>/dev/null && exit 0
  exec 4>&-
  sleep 1
  title="$title, continued"
done
cat >/dev/null
