package org.learn4j.vision.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import java.io.ByteArrayOutputStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Pictures and files of them. */
final class TestImages {
    private TestImages() {}

    /** A picture without any symmetry, smooth enough for JPEG. */
    static Image gradient(int width, int height) {
        return Image.of(
                width,
                height,
                (x, y) -> (x * 200 / Math.max(1, width - 1) + 20) << 16
                        | (y * 160 / Math.max(1, height - 1) + 40) << 8
                        | (x + 2 * y) * 90 / (width + 2 * height));
    }

    /** A picture of unrelated pixels. */
    static Image noise(int width, int height) {
        return Image.of(width, height, (x, y) -> (x * 7919 + y * 104_729) * 2_654_435 >>> 4);
    }

    static byte[] encode(Image image, String extension, int... settings) {
        byte[] bgr = image.toBytes();
        for (int i = 0; i < bgr.length; i += 3) {
            byte red = bgr[i];
            bgr[i] = bgr[i + 2];
            bgr[i + 2] = red;
        }
        try (Mat mat = new Mat(image.height(), image.width(), CV_8UC3);
                BytePointer out = new BytePointer();
                IntPointer parameters = new IntPointer(settings)) {
            mat.data().put(bgr);
            if (!imencode(extension, mat, out, parameters)) {
                throw new IllegalStateException("cannot encode " + extension);
            }
            byte[] file = new byte[(int) out.limit()];
            out.get(file);
            return file;
        }
    }

    /** A JPEG with an Exif segment that holds nothing but an orientation. */
    static byte[] withOrientation(byte[] jpeg, int orientation) {
        byte[] segment = {
            (byte) 0xFF,
            (byte) 0xE1,
            0,
            34,
            'E',
            'x',
            'i',
            'f',
            0,
            0,
            'M',
            'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1,
            0x01,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            (byte) orientation,
            0,
            0,
            0,
            0,
            0,
            0
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        out.writeBytes(segment);
        out.write(jpeg, 2, jpeg.length - 2);
        return out.toByteArray();
    }

    /** The largest difference of two pictures' values. */
    static int difference(Image a, Image b) {
        if (a.width() != b.width() || a.height() != b.height()) {
            return Integer.MAX_VALUE;
        }
        byte[] left = a.toBytes();
        byte[] right = b.toBytes();
        int most = 0;
        for (int i = 0; i < left.length; i++) {
            most = Math.max(most, Math.abs((left[i] & 0xFF) - (right[i] & 0xFF)));
        }
        return most;
    }
}
