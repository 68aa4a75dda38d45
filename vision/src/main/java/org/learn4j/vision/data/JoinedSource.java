package org.learn4j.vision.data;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.learn4j.vision.image.Detail;
import org.learn4j.vision.image.Image;

/** One source's pictures and then another's. */
record JoinedSource(ImageSource first, ImageSource second) implements ImageSource {
    private boolean isFirst(int item) {
        return item < first.size();
    }

    @Override
    public int size() {
        return first.size() + second.size();
    }

    @Override
    public String name(int item) {
        return isFirst(item) ? first.name(item) : second.name(item - first.size());
    }

    @Override
    public @Nullable Path path(int item) {
        return isFirst(item) ? first.path(item) : second.path(item - first.size());
    }

    @Override
    public Image load(int item, Detail detail) {
        return isFirst(item) ? first.load(item, detail) : second.load(item - first.size(), detail);
    }
}
