import CSignals

/// The words of the command line that started this process.
public enum ProcessArguments {
  /// All of them, the program's name first.
  ///
  /// `CommandLine.arguments` is silently empty if `/proc` cannot be read at the moment: a program would then do nothing
  /// and report success.
  public static let all = (0..<msa_argument_count()).map { String(cString: msa_argument($0)) }
}
