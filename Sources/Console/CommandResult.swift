public import Storage

/// What a command has to say once it is done: the same facts for people and as JSON.
public struct CommandResult: Sendable {
  /// Printed on standard output without `--json`; a missing newline at its end is added.
  ///
  /// Line feeds end its lines: a value that may hold one goes through `PrintableText.line` when it is put in.
  public var text: String
  /// The one document that `--json` prints.
  public var json: JSONValue
  /// The next command that is likely to be wanted, printed below `text`; left out with `-q` and `--json`.
  public var next: String?
  /// The exit status: 0, or 1 where a check failed.
  public var status: Int32

  /// Creates a result; see the properties.
  public init(text: String, json: JSONValue, next: String? = nil, status: Int32 = 0) {
    self.text = text
    self.json = json
    self.next = next
    self.status = status
  }
}
