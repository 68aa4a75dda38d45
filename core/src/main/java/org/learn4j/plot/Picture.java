package org.learn4j.plot;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.AWTError;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.learn4j.persist.AtomicFile;

/** Writes pictures, atomically: PNG or SVG by the file's name. */
final class Picture {
    private Picture() {}

    /**
     * Writes what is painted.
     *
     * @throws IllegalArgumentException if the name ends with neither {@code .png} nor {@code .svg}
     * @throws UncheckedIOException if the file cannot be written, or this machine cannot draw
     */
    static void save(Path picture, int width, int height, Consumer<Graphics2D> painting) {
        String name = picture.toString().toLowerCase(Locale.ROOT);
        if (!name.endsWith(".png") && !name.endsWith(".svg")) {
            throw new IllegalArgumentException("A picture's name ends with .png or .svg, received " + picture);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (name.endsWith(".png")) {
                writePng(bytes, width, height, painting);
            } else {
                writeSvg(bytes, width, height, painting);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("Could not draw " + picture, failure);
        } catch (AWTError | NoClassDefFoundError noDisplay) {
            throw new UncheckedIOException(
                    "Could not draw " + picture + ": start Java with -Djava.awt.headless=true",
                    new IOException(noDisplay));
        }
        AtomicFile.writeReadable(picture, bytes.toByteArray());
    }

    private static void writePng(ByteArrayOutputStream bytes, int width, int height, Consumer<Graphics2D> painting)
            throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            painting.accept(graphics);
        } finally {
            graphics.dispose();
        }
        if (!ImageIO.write(image, "png", bytes)) {
            throw new IOException("This Java writes no PNG");
        }
    }

    private static void writeSvg(ByteArrayOutputStream bytes, int width, int height, Consumer<Graphics2D> painting)
            throws IOException {
        VectorGraphics2D graphics = new VectorGraphics2D();
        painting.accept(graphics);
        new SVGProcessor()
                .getDocument(graphics.getCommands(), new PageSize(0, 0, width, height))
                .writeTo(bytes);
    }
}
