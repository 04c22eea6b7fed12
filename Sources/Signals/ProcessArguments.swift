import CSignals
import Foundation
public import Text

/// The words of the command line that started this process.
public enum ProcessArguments {
  /// All of them, the program's name first.
  ///
  /// `CommandLine.arguments` is empty where `/proc` cannot be read at the moment, without a word: a program would then do
  /// nothing, and call that success.
  ///
  /// A word that is not UTF-8 stands here as another one; `check` refuses it.
  public static let all = (0..<msa_argument_count()).map { String(cString: msa_argument($0)) }

  /// Makes sure that every word is text, so that none of them names another file than was meant.
  ///
  /// - Throws: `DataError` 64 with the number of the first that is not UTF-8.
  public static func check() throws(DataError) {
    for number in 1..<max(1, msa_argument_count()) where String(validatingCString: msa_argument(number)) == nil {
      let bytes = UnsafeRawBufferPointer(start: msa_argument(number), count: strlen(msa_argument(number)))
      throw DataError(
        .usage, "argument \(number) is not UTF-8: \(PrintableText.line(decoding: Array(bytes)))",
        expected: "text in UTF-8", advice: "Rename the file, or give a link to it that has another name.")
    }
  }
}
