package org.learn4j.vision.data;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.learn4j.vision.image.Detail;
import org.learn4j.vision.image.Image;

/** Keeps decoded pictures, as large as they are needed, until their bytes reach a limit; others are read again each time. */
final class CachedSource implements ImageSource {
    private final ImageSource source;
    private final long limit;
    private final AtomicLong bytes = new AtomicLong();
    private final Map<Key, Image> kept = new ConcurrentHashMap<>();

    private record Key(int item, Detail detail) {}

    CachedSource(ImageSource source, long limit) {
        this.source = source;
        this.limit = limit;
    }

    @Override
    public int size() {
        return source.size();
    }

    @Override
    public String name(int item) {
        return source.name(item);
    }

    @Override
    public @Nullable Path path(int item) {
        return source.path(item);
    }

    @Override
    public Image load(int item, Detail detail) {
        Key key = new Key(item, detail);
        Image known = kept.get(key);
        if (known != null) {
            return known;
        }
        Image image = source.load(item, detail);
        long size = 3L * image.width() * image.height();
        if (bytes.addAndGet(size) > limit) {
            bytes.addAndGet(-size);
        } else if (kept.putIfAbsent(key, image) != null) {
            bytes.addAndGet(-size);
        }
        return image;
    }

    long bytes() {
        return bytes.get();
    }
}
