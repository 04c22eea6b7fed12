/// The text as one word of a shell command, quoted only where it has to be, so that a printed command works when pasted.
public func shellQuoted(_ text: String) -> String {
  let plain = /[A-Za-z0-9\/._,+=@%:-]+/
  return text.wholeMatch(of: plain) != nil ? text : "'" + text.replacing("'", with: "'\\''") + "'"
}
