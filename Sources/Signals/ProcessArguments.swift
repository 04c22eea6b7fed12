import CSignals

/// The words of the command line that started this process.
public enum ProcessArguments {
  /// All of them, the program's name first.
  ///
  /// `CommandLine.arguments` is empty where `/proc` cannot be read at the moment, without a word: a program would then do
  /// nothing, and call that success.
  public static let all = (0..<msa_argument_count()).map { String(cString: msa_argument($0)) }
}
