package org.learn4j.persist;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The few verbs by which bytes reach the disk and come back: the seam at which tests lose power and fill disks. */
interface FileOps {
    /** The file system of this computer. */
    FileOps SYSTEM = new SystemFileOps();

    /** Who may read a new file. */
    enum Readers {
        /** Its owner, who alone may write it too. */
        OWNER,
        /** Whom the system lets read new files; on POSIX the process's umask says. */
        USUAL
    }

    /**
     * Creates a file and holds it against {@link #deleteAbandoned} until it is closed.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the name is taken, or was taken away at once by a process
     *     that clears up
     */
    OpenFile create(Path path, Readers readers) throws IOException;

    /** Opens a file for reading. */
    OpenFile open(Path path) throws IOException;

    /** Gives a file its final name in one step, in the place of whatever had the name. */
    void move(Path from, Path to) throws IOException;

    /** Returns once the names in this directory have reached the disk. */
    void forceDirectory(Path directory) throws IOException;

    /** Deletes a file if it exists. */
    void delete(Path path) throws IOException;

    /** Returns the files of this directory whose names match. */
    List<Path> list(Path directory, Pattern name) throws IOException;

    /** Deletes a file that {@link #create} made and nobody holds any more; one that is held stays. */
    void deleteAbandoned(Path path) throws IOException;

    /** A file that is open. */
    interface OpenFile extends Closeable {
        /** Appends all remaining bytes. */
        void write(ByteBuffer bytes) throws IOException;

        /** Reads some bytes from a position; returns how many, or -1 at the end. */
        int read(ByteBuffer into, long position) throws IOException;

        long size() throws IOException;

        /** Returns once contents and size have reached the disk. */
        void force() throws IOException;
    }
}
