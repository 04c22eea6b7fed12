import CCairo
public import Drawing
import Text

extension Drawing {
  /// The drawing as the bytes of a PNG file, on white paper, with `scale` pixels per point; text is in DejaVu Sans.
  ///
  /// - Throws: `DataError` 70 or 71 when cairo cannot draw it.
  public func png(scale: Double = 2) throws -> [UInt8] {
    let canvas = Canvas(width: width, height: height, scale: scale)
    canvas.draw(.rectangle(Rectangle(x: 0, y: 0, width: width, height: height), radius: 0, .paper, tip: nil))
    for mark in marks { canvas.draw(mark) }
    return try canvas.png()
  }
}

/// A cairo surface of pixels.
private final class Canvas {
  private let surface: OpaquePointer
  private let context: OpaquePointer

  init(width: Double, height: Double, scale: Double) {
    // Cairo never returns nil: a failure gives an inert object whose status says why, and `check` reads it.
    surface = cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, Int32((width * scale).rounded()), Int32((height * scale).rounded()))!
    context = cairo_create(surface)!
    cairo_scale(context, scale, scale)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  /// Where cairo's bytes go.
  private final class Sink {
    var bytes: [UInt8] = []

    static let append: cairo_write_func_t = { sink, bytes, count in
      guard let sink, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
      Unmanaged<Sink>.fromOpaque(sink).takeUnretainedValue().bytes
        .append(contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
      return CAIRO_STATUS_SUCCESS
    }
  }

  func png() throws -> [UInt8] {
    let sink = Sink()
    cairo_surface_flush(surface)
    let status = cairo_surface_write_to_png_stream(surface, Sink.append, Unmanaged.passUnretained(sink).toOpaque())
    try check(status)
    return sink.bytes
  }

  private func check(_ status: cairo_status_t) throws {
    let statuses = [status, cairo_status(context), cairo_surface_status(surface)]
    guard let failed = statuses.first(where: { $0 != CAIRO_STATUS_SUCCESS }) else { return }
    if failed == CAIRO_STATUS_NO_MEMORY {
      throw DataError(.systemRefused, "no memory for drawing a picture", advice: "Run again when more memory is free.")
    }
    throw DataError(.internalBug, "a picture cannot be drawn: \(String(cString: cairo_status_to_string(failed)))")
  }

  func draw(_ mark: Drawing.Mark) {
    switch mark {
    case .line(let points, let width, let dash, let color):
      trace(points)
      stroke(color, width: width, dash: dash)
    case .polygon(let points, let color):
      trace(points)
      cairo_close_path(context)
      fill(color)
    case .dot(let center, let radius, let color):
      cairo_new_sub_path(context)
      cairo_arc(context, center.x, center.y, radius, 0, 2 * .pi)
      fill(color)
    case .rectangle(let rectangle, let radius, let color, _):
      trace(rectangle, radius: radius)
      fill(color)
    case .outline(let rectangle, let radius, let width, let color):
      trace(rectangle, radius: radius)
      stroke(color, width: width, dash: [])
    case .text(let text, let place, let style, let color): draw(text, at: place, style, color)
    }
  }

  private func draw(_ text: String, at place: Drawing.Point, _ style: Drawing.TextStyle, _ color: Color) {
    cairo_select_font_face(
      context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, style.isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_font_size(context, style.size)
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, text, &extents)
    let shift: Double
    switch style.anchor {
    case .start: shift = 0
    case .middle: shift = -extents.x_advance / 2
    case .end: shift = -extents.x_advance
    }
    cairo_save(context)
    cairo_translate(context, place.x, place.y)
    if style.isUpright { cairo_rotate(context, -.pi / 2) }
    if style.hasRim {
      cairo_move_to(context, shift, 0)
      cairo_text_path(context, text)
      cairo_set_source_rgba(context, 0, 0, 0, 0.45)
      cairo_set_line_width(context, 2)
      cairo_set_dash(context, nil, 0, 0)
      cairo_stroke(context)
    }
    cairo_move_to(context, shift, 0)
    use(color)
    cairo_show_text(context, text)
    cairo_restore(context)
  }

  private func fill(_ color: Color) {
    use(color)
    cairo_fill(context)
  }

  private func stroke(_ color: Color, width: Double, dash: [Double]) {
    use(color)
    cairo_set_line_width(context, width)
    cairo_set_dash(context, dash, Int32(dash.count), 0)
    cairo_stroke(context)
  }

  private func use(_ color: Color) {
    func part(_ shift: Int) -> Double { Double(color.light >> shift & 0xff) / 255 }
    cairo_set_source_rgba(context, part(16), part(8), part(0), color.alpha)
  }

  private func trace(_ points: [Drawing.Point]) {
    cairo_new_path(context)
    for point in points { cairo_line_to(context, point.x, point.y) }
  }

  private func trace(_ rectangle: Drawing.Rectangle, radius: Double) {
    let (left, top) = (rectangle.x, rectangle.y)
    let (right, bottom) = (left + rectangle.width, top + rectangle.height)
    if radius == 0 {
      cairo_rectangle(context, left, top, rectangle.width, rectangle.height)
      return
    }
    cairo_new_sub_path(context)
    cairo_arc(context, right - radius, top + radius, radius, -0.5 * .pi, 0)
    cairo_arc(context, right - radius, bottom - radius, radius, 0, 0.5 * .pi)
    cairo_arc(context, left + radius, bottom - radius, radius, 0.5 * .pi, .pi)
    cairo_arc(context, left + radius, top + radius, radius, .pi, 1.5 * .pi)
    cairo_close_path(context)
  }
}
