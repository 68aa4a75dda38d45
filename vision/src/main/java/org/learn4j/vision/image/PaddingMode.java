package org.learn4j.vision.image;

/** What lies outside a picture's edges. */
public enum PaddingMode {
    /** The picture mirrored at its edge, whose pixels are not repeated (fastai's default). */
    REFLECTION {
        @Override
        int index(int at, int size) {
            if (size == 1) {
                return 0;
            }
            int period = 2 * (size - 1);
            int position = Math.floorMod(at, period);
            return position < size ? position : period - position;
        }
    },
    /** The pixel at the edge, again and again. */
    BORDER {
        @Override
        int index(int at, int size) {
            return Math.max(0, Math.min(size - 1, at));
        }
    },
    /** Black. */
    ZEROS {
        @Override
        int index(int at, int size) {
            return at >= 0 && at < size ? at : -1;
        }
    };

    /** Returns which of {@code size} pixels stands at a position; −1 for none. */
    abstract int index(int at, int size);
}
