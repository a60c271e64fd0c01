package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

@DisplayName("Plots, tables and files of results")
class PlotTest {
    private static Plot plot(double... values) {
        var bars = new LinkedHashMap<String, Double>();
        IntStream.range(0, values.length).forEach(i -> bars.put("contender" + i, values[i]));
        return new Plot("less < more & so on", List.of(new Plot.Panel("rate/s", bars)));
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    /// Without the background.
    private static List<Double> widths(Document document) {
        var rectangles = document.getElementsByTagName("rect");
        return IntStream.range(1, rectangles.getLength())
                .mapToObj(i -> Double.valueOf(((Element) rectangles.item(i)).getAttribute("width"))).toList();
    }

    private static List<String> texts(Document document) {
        var texts = document.getElementsByTagName("text");
        return IntStream.range(0, texts.getLength()).mapToObj(i -> texts.item(i).getTextContent()).toList();
    }

    @Test
    @DisplayName("Bars are as long as their figures, names and figures stand beside")
    void bars() throws Exception {
        var document = parse(plot(1_234.5, 617.25, 0).svg());
        var widths = widths(document);
        assertEquals(3, widths.size());
        assertEquals(widths.get(0) / 2, widths.get(1), 0.1);
        assertEquals(0, widths.get(2));
        assertEquals(List.of("less < more & so on", "rate/s", "contender0", "1,235", "contender1", "617", "contender2", "0.00"),
                texts(document));
    }

    @Test
    @DisplayName("Nothing but zeros, and many bars, make a plot too")
    void edges() throws Exception {
        assertEquals(List.of(0.0, 0.0), widths(parse(plot(0, 0).svg())));
        assertEquals(20, widths(parse(plot(IntStream.range(0, 20).asDoubleStream().toArray()).svg())).size());
    }

    @Test
    @DisplayName("Everything stays within the picture")
    void within() throws Exception {
        var root = parse(plot(5, 1e9).svg()).getDocumentElement();
        int height = Integer.parseInt(root.getAttribute("height"));
        var texts = root.getElementsByTagName("text");
        for (int i = 0; i < texts.getLength(); i++) {
            var text = (Element) texts.item(i);
            assertTrue(Integer.parseInt(text.getAttribute("y")) < height);
            assertTrue(Integer.parseInt(text.getAttribute("x")) < 720 - 80);
        }
    }

    @Test
    @DisplayName("Columns stand below each other")
    void table() {
        var table = new Table("", "rate");
        table.add("proconsul", "1,000");
        table.add("tcp", "7");
        assertEquals("            rate\nproconsul  1,000\ntcp            7\n", table.text());
        assertEquals("|  | rate |\n|---|---:|\n| proconsul | 1,000 |\n| tcp | 7 |\n", table.markdown());
    }

    @Test
    @DisplayName("A report is saved in four files")
    void saved(@TempDir Path module) throws Exception {
        var table = new Table("", "rate");
        table.add("tcp", "7");
        new Report("mux-64", "what it is", table, List.of("A note."), "{}", plot(1)).save(module);
        var results = module.resolve("target/results");
        assertEquals("\nmux-64: what it is\n     rate\ntcp     7\nA note.\n", Files.readString(results.resolve("mux-64.txt")));
        assertEquals("**mux-64**: what it is\n\n|  | rate |\n|---|---:|\n| tcp | 7 |\n\nA note.\n",
                Files.readString(results.resolve("mux-64.md")));
        assertEquals("{}\n", Files.readString(results.resolve("mux-64.json")));
        assertEquals(plot(1).svg(), Files.readString(results.resolve("mux-64.svg")));
    }
}
