package org.learn4j.weights;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.AtomicFile;

/**
 * Fetches one file over HTTPS: what is redirected elsewhere than HTTPS, too large, too slow or not the expected bytes leaves
 * no file behind.
 *
 * @param uri where it is
 * @param sha256 the first hexadecimal digits of the SHA-256 of its bytes, or all 64
 * @param limit the bytes that it may have
 * @param connect how long a connection may take
 * @param idle how long the server may be silent
 * @param loopback whether this computer is trusted without HTTPS, which tests need
 */
record Download(URI uri, String sha256, long limit, Duration connect, Duration idle, boolean loopback) {
    private static final int REDIRECTS = 5;

    /** Fetches the file in one step, see {@link AtomicFile}. */
    void to(Path file) {
        try {
            fetch(file);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DownloadException(uri, "interrupted", e);
        } catch (IOException e) {
            throw new DownloadException(uri, e.toString(), e);
        }
    }

    private void fetch(Path file) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(connect)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        URI place = uri;
        for (int redirects = 0; ; redirects++) {
            requireHttps(place);
            HttpRequest request = HttpRequest.newBuilder(place).timeout(idle).build();
            HttpResponse<BodyQueue> response = client.send(request, head -> new BodyQueue(idle));
            try (BodyQueue body = response.body()) {
                int status = response.statusCode();
                if (status == 200) {
                    keep(response, file);
                    return;
                }
                if (status / 100 != 3
                        || response.headers().firstValue("location").isEmpty()) {
                    throw new DownloadException(uri, "the server answers with status " + status, null);
                }
                if (redirects == REDIRECTS) {
                    throw new DownloadException(uri, "redirected more than " + REDIRECTS + " times", null);
                }
                place = redirected(
                        place, response.headers().firstValue("location").orElseThrow());
            }
        }
    }

    private URI redirected(URI from, String location) {
        try {
            return from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new DownloadException(uri, "redirected to what is no address: " + location, e);
        }
    }

    private void requireHttps(URI place) {
        boolean https = "https".equalsIgnoreCase(place.getScheme()) && place.getHost() != null;
        boolean trusted = loopback && "http".equalsIgnoreCase(place.getScheme()) && "127.0.0.1".equals(place.getHost());
        if (!https && !trusted) {
            throw new DownloadException(uri, "an address that begins with https:// expected, received " + place, null);
        }
    }

    private void keep(HttpResponse<BodyQueue> response, Path file) {
        OptionalLong length = response.headers().firstValueAsLong("content-length");
        if (length.orElse(0) > limit) {
            throw tooLarge(length.getAsLong());
        }
        AtomicFile.writeReadable(file, channel -> {
            MessageDigest digest = digest();
            long received = 0;
            for (List<ByteBuffer> bytes = next(response); bytes != null; bytes = next(response)) {
                for (ByteBuffer piece : bytes) {
                    received += piece.remaining();
                    if (received > limit) {
                        throw tooLarge(received);
                    }
                    digest.update(piece.duplicate());
                    channel.write(piece);
                }
            }
            String found = HexFormat.of().formatHex(digest.digest());
            if (!found.startsWith(sha256)) {
                throw new DownloadException(
                        uri,
                        "received " + received + " bytes whose SHA-256 is " + found + ", expected "
                                + (sha256.length() < found.length() ? "one that begins with " : "") + sha256,
                        null);
            }
        });
    }

    /** What goes wrong here is the server's, what goes wrong while writing is the disk's. */
    private @Nullable List<ByteBuffer> next(HttpResponse<BodyQueue> response) {
        try {
            return response.body().next();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DownloadException(uri, "interrupted", e);
        } catch (IOException e) {
            throw new DownloadException(uri, e.toString(), e);
        }
    }

    private DownloadException tooLarge(long bytes) {
        return new DownloadException(uri, "at most " + limit + " bytes expected, received " + bytes, null);
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
