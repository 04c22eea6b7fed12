import Leaks
import Samples
import Text

/// The combined result for all modalities.
struct ScalerVerdict {
  let scalings: [ModalityScaling]
  /// Whether the scalers are stored with the data: medians and quartiles, as Preparation takes them.
  let hasScalers: Bool

  private var refits: [ScalerRefit] { scalings.map(\.refit) }

  var finding: Finding {
    if let whitened = whitenedElsewhere { return whitened }
    if let leak = recognisedLeak { return leak }
    if !hasScalers { return foreign }
    if let leak = leak { return leak }
    if let imputed = imputedFromElsewhere { return imputed }
    let ambiguous = refits.filter { !Self.others(of: $0).isEmpty && $0.isTrainConsistent }
    if ambiguous.isEmpty {
      let columns = refits.reduce(0) { $0 + $1.columnCount }
      let kinds = Set(scalings.map { $0.refit.isTrainConsistent ? .robust : $0.recognised?.family ?? .robust })
      let names = ScalerFamily.allCases.filter(kinds.contains).map(\.rawValue).joined(separator: " and ")
      return .pass(
        "All \(Phrase.count(columns, "column")) are centred and scaled by train alone (\(names)); no other union of splits "
          + "fits.",
        evidence: allEvidence)
    }
    let names = ambiguous.map { "\($0.modality) (\(Self.others(of: $0).map(\.description).joined(separator: ", ")))" }
    return .undecidable(
      "The scalers fit train, but so do other unions of splits, within rounding: \(names.joined(separator: "; ")).",
      evidence: allEvidence,
      advice: "Give --sources, so that the scalers can be fitted again from the raw files and compared bit by bit.")
  }

  private static let tested = "tested: \(ScalerFamily.list)"

  /// The result for cells without stored scalers, which only the cells themselves can reveal.
  private var foreign: Finding {
    let named = scalings.map { scaling in
      "\(scaling.refit.modality): \(scaling.recognised?.text ?? "none of them")"
    }
    if scalings.allSatisfy({ $0.recognised?.isInnocent ?? false }) {
      let areAlone = scalings.allSatisfy { $0.recognised?.isTrainAlone ?? false }
      return .pass(
        (areAlone
          ? "The cells are those of scalers fitted on train alone: " : "No cell was scaled by cells of another split: ")
          + "\(named.joined(separator: "; ")) (\(Self.tested)).",
        evidence: allEvidence)
    }
    return .undecidable(
      "The data come without the scalers they were scaled with, and the cells do not tell them (\(Self.tested)): "
        + "\(named.joined(separator: "; ")).", evidence: allEvidence,
      advice: "Prepare the corpus with msa-prep, which stores its scalers beside the shards.")
  }

  /// A failure if the cells reveal a scaler that was fitted to more than train.
  private var recognisedLeak: Finding? {
    let leaking = scalings.filter { scaling in
      scaling.recognised.map { !$0.isInnocent && (!hasScalers || $0.isBesideMedians) } ?? false
    }
    if leaking.isEmpty { return nil }
    let names = leaking.map { "\($0.refit.modality): \($0.recognised?.text ?? "")" }
    return .fail(
      "Held-out cells took part in scaling: \(names.joined(separator: "; ")) (\(Self.tested)).", evidence: allEvidence,
      advice: Self.advice)
  }

  /// A failure if columns are uncorrelated over more than train, to a degree that only a rotation fitted there explains.
  private var whitenedElsewhere: Finding? {
    let leaking = scalings.compactMap { scaling in scaling.whitening.flatMap { $0.isTrainAlone ? nil : (scaling, $0) } }
    if leaking.isEmpty { return nil }
    let names = leaking.map { "\($0.0.refit.modality) on \($0.1.text)" }
    return .fail(
      "The columns were made uncorrelated (whitening, principal components) with held-out rows: "
        + "\(names.joined(separator: "; ")).", evidence: allEvidence,
      advice: Self.advice)
  }

  private var allEvidence: [Evidence] {
    refits.map(evidence) + scalings.flatMap(\.evidence)
  }

  private static let advice =
    "Divide first, then fit the scaler on the train split alone and apply it to all three; a leak of this kind proves a "
    + "faulty pipeline and seldom moves the score by much."

  /// A failure if train does not fit; it names the union that does.
  private var leak: Finding? {
    let off = scalings.filter { !$0.refit.isTrainConsistent && !($0.recognised?.isTrainAlone ?? false) }.map(\.refit)
    if off.isEmpty { return nil }
    let whole = SplitUnion.all.filter { union in off.allSatisfy { $0.fit(of: union)?.isConsistent ?? false } }
    let modalities = off.map(\.modality.rawValue).joined(separator: ", ")
    let cause =
      if whole.count == 1 {
        "The scalers of \(modalities) were fitted on \(whole[0])\(whole[0].splits.count == 3 ? ", all data" : "")"
          + ", not on train alone."
      } else if whole.isEmpty {
        "The scalers of \(modalities) are not those of train, nor of any other union of whole splits (\(Self.tested))."
      } else {
        "The scalers of \(modalities) are not those of train; these unions fit: "
          + "\(whole.map(\.description).joined(separator: ", "))."
      }
    let counts = off.map { refit in
      "\(refit.fit(of: .train)?.columnsOff.count ?? 0) of \(Phrase.count(refit.columnCount, "\(refit.modality) column"))"
    }
    return .fail(
      "\(cause) Refitted on train, \(counts.joined(separator: " and ")) differ by more than rounding.",
      evidence: allEvidence, advice: Self.advice)
  }

  /// A failure if missing cells hold anything but the train median.
  private var imputedFromElsewhere: Finding? {
    let off = refits.filter { $0.imputed.count > 0 && $0.isTrainConsistent }
    if off.isEmpty { return nil }
    let cells = off.reduce(0) { $0 + $1.imputed.count }
    let columns = off.reduce(0) { $0 + $1.imputed.columns.count }
    let best = SplitUnion.all.dropFirst().max { matches($0, off) < matches($1, off) }
    let source =
      if let best, Double(matches(best, off)) >= Self.namedShare * Double(columns) {
        " They are the median of \(best)\(best.splits.count == 3 ? ", all data" : "")."
      } else {
        ""
      }
    return .fail(
      "\(Phrase.count(cells, "imputed cell")) in \(Phrase.count(columns, "column")) are not the train median.\(source)",
      evidence: off.map(imputedEvidence) + allEvidence, advice: Self.advice)
  }

  /// Medians of different unions can lie within one step of the stored format, so not every column is conclusive.
  private static let namedShare = 0.9

  private func matches(_ union: SplitUnion, _ refits: [ScalerRefit]) -> Int {
    refits.reduce(0) { $0 + ($1.imputed.matches[union] ?? 0) }
  }

  /// Returns the unions other than train that fit.
  private static func others(of refit: ScalerRefit) -> [SplitUnion] {
    refit.unions.filter { $0.union != .train && $0.isConsistent }.map(\.union)
  }

  private func imputedEvidence(_ refit: ScalerRefit) -> Evidence {
    let matches = refit.imputed.matches.map { ($0.key.description, JSONValue.integer($0.value)) }
    return Evidence(
      text: "\(refit.modality): \(Phrase.count(refit.imputed.count, "cell")) of rows without a frame are not 0 "
        + "(the train median) after scaling.",
      facts: [
        "modality": .string(refit.modality.rawValue), "cells": .integer(refit.imputed.count),
        "columns": .array(refit.imputed.columns.prefix(Phrase.keptCount).map { .integer($0) }),
        "columns_with_the_median_of": .object(Dictionary(uniqueKeysWithValues: matches)),
      ])
  }

  private func evidence(_ refit: ScalerRefit) -> Evidence {
    let lines = refit.unions.map { fit -> String in
      guard let worst = fit.worst else { return "\(fit.union): \(fit.columnsOff.count) off" }
      return "\(fit.union): \(fit.columnsOff.count) off (column \(worst.column): centre \(worst.center.fixed(3)), "
        + "scale \(worst.scale.fixed(3)))"
    }
    return Evidence(
      text: "\(refit.modality), columns whose refitted centre is not 0 or scale not 1, by what the scaler is refitted "
        + "on: \(lines.joined(separator: "; ")).",
      facts: [
        "modality": .string(refit.modality.rawValue), "columns": .integer(refit.columnCount),
        "refits": .array(refit.unions.map(facts)),
      ])
  }

  private func facts(_ fit: ScalerRefit.UnionFit) -> JSONValue {
    var members: [String: JSONValue] = [
      "fitted_on": .string(fit.union.description), "columns_off": .integer(fit.columnsOff.count),
      "first_columns_off": .array(fit.columnsOff.prefix(10).map { .integer($0) }),
    ]
    if let worst = fit.worst {
      members["worst"] = [
        "column": .integer(worst.column), "center": .number(worst.center), "scale": .number(worst.scale),
      ]
    }
    return .object(members)
  }
}

/// One or more splits taken together, as a possible basis of a statistic.
struct SplitUnion: Hashable, Sendable, CustomStringConvertible {
  /// In the order of splits.
  let splits: [Split]

  static let train = SplitUnion(splits: [.train])
  static let heldOut = SplitUnion(splits: [.valid, .test])

  /// Every union: single splits first, all three splits last.
  static let all: [SplitUnion] = [
    train, SplitUnion(splits: [.valid]), SplitUnion(splits: [.test]), SplitUnion(splits: [.train, .valid]),
    SplitUnion(splits: [.train, .test]), SplitUnion(splits: [.valid, .test]), SplitUnion(splits: Split.allCases),
  ]

  /// `train+valid`
  var description: String { splits.map(\.rawValue).joined(separator: "+") }
}
