/// Text in the cells of CSV files, which people open in spreadsheets.
public enum SpreadsheetText {
  /// A cell of free text: a word, a name, a reason, never an id or a number.
  ///
  /// A spreadsheet takes a cell for a formula that begins with `=`, `+`, `-`, `@`, TAB or CR, and a formula can run programs
  /// and send the sheet away; an apostrophe in front makes it text. A number stays one: it does no harm.
  public static func cell(_ text: String) -> String {
    guard let first = text.unicodeScalars.first, dangerous.contains(first), !isNumber(text) else { return text }
    return "'" + text
  }

  private static let dangerous: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r"]

  private static func isNumber(_ text: String) -> Bool { Double(text).map(\.isFinite) ?? false }
}
