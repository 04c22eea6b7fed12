import Storage

/// The text as one word of a shell command, quoted only where it has to be, so that a printed command works when pasted.
///
/// What would harm a terminal stands as the escapes of bash's and zsh's `$'…'`.
public func shellQuoted(_ text: String) -> String {
  let plain = /[A-Za-z0-9\/._,+=@%:-]+/
  if text.wholeMatch(of: plain) != nil { return text }
  guard text.unicodeScalars.contains(where: PrintableText.isHarmful) else {
    return "'" + text.replacing("'", with: "'\\''") + "'"
  }
  let quoted = text.unicodeScalars.map { scalar in
    if PrintableText.isHarmful(scalar) {
      return String(scalar).utf8.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    return scalar == "'" || scalar == "\\" ? "\\" + String(scalar) : String(scalar)
  }
  return "$'" + quoted.joined() + "'"
}
