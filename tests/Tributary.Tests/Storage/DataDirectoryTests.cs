using Tributary.Storage;

namespace Tributary.Tests.Storage;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("tributary-directory-").FullName;

    private string Folder => Path.Combine(_parent, "deep", "data");

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public void It_is_made_when_it_is_not_there_and_stays_when_closed()
    {
        using (DataDirectory data = DataDirectory.Open(new StorageOptions { Data = Folder }))
        {
            Assert.Equal(Folder, data.Path);
        }

        Assert.True(Directory.Exists(Folder));
    }

    [Fact]
    public void A_relative_path_becomes_absolute()
    {
        using DataDirectory data = DataDirectory.Open(new StorageOptions { Data = Path.GetRelativePath(Environment.CurrentDirectory, Folder) });

        Assert.Equal(Folder, data.Path);
    }

    [Fact]
    public void Only_its_owner_may_enter_it()
    {
        using DataDirectory data = DataDirectory.Open(new StorageOptions { Data = Folder });
        if (!OperatingSystem.IsWindows())
        {
            // Windows inherits permissions from the parent.
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
        }
    }

    [Theory]
    [InlineData("777", false)]
    [InlineData("702", false)]
    [InlineData("1777", true)]
    [InlineData("770", true)]
    public void One_that_everybody_may_write_to_is_refused_and_one_below_it_is_not(string mode, bool isTaken)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_parent, (UnixFileMode)Convert.ToInt32(mode, 8));
            if (isTaken)
            {
                DataDirectory.Open(new StorageOptions { Data = _parent }).Dispose();
                return;
            }

            string message = Assert.Throws<IOException>(() => DataDirectory.Open(new StorageOptions { Data = _parent })).Message;
            Assert.StartsWith($"The data directory {_parent} cannot be used: everybody may write to the directory (mode {mode})", message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFileSystemEntries(_parent));
            DataDirectory.Open(new StorageOptions { Data = Path.Combine(_parent, "below") }).Dispose();
        }
    }

    [Theory]
    [InlineData(1000, 1000, "770", null)]
    [InlineData(1000, 1000, "1777", null)]
    [InlineData(0, 1000, "2775", null)]
    [InlineData(0, 1000, "755", null)]
    [InlineData(0, 1000, "1777", "others may put files into it (mode 1777). Name a directory below it, which is then made for this user alone, or take that right away (chmod o-w).")]
    [InlineData(65534, 1000, "2770", "the directory belongs to the user with the id 65534, and the server runs as 1000: whoever that is may put another file in the place of each.")]
    [InlineData(1001, 1000, "700", "or give it to the server (chown 1000).")]
    [InlineData(1000, 0, "755", null)]
    [InlineData(1000, 0, "775", "others may put files into it (mode 775)")]
    [InlineData(1000, 0, "1777", "(chmod go-w)")]
    [InlineData(1000, 1000, "777", "everybody may write to the directory (mode 777)")]
    [InlineData(0, 0, "700", null)]
    public void Whose_it_is_and_who_may_add_to_it_decides_whether_it_is_taken(uint owner, uint user, string mode, string? problem)
    {
        string? found = DataDirectory.ProblemOrNull(new PosixStatus(owner, (ushort)(0x4000 | Convert.ToInt32(mode, 8))), user);

        if (problem is null)
        {
            Assert.Null(found);
        }
        else
        {
            Assert.Contains(problem, found, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1000, 0, 1000, true)]
    [InlineData(0, 0, 1000, true)]
    [InlineData(1000, 1000, 0, true)]
    [InlineData(1000, 0, 0, false)]
    [InlineData(1001, 1000, 1000, false)]
    public void A_file_in_it_is_taken_from_the_server_itself_from_root_and_from_whose_the_directory_is(uint owner, uint ofDirectory, uint user, bool isTaken) => Assert.Equal(
        isTaken, DataDirectory.ProblemOrNull("tributary.db", new PosixStatus(owner, 0x8180), new PosixStatus(ofDirectory, 0x43FF), user) is null);

    [Theory]
    [InlineData("lock")]
    [InlineData("tributary.db")]
    [InlineData("tributary.db-wal")]
    [InlineData("index")]
    public void A_link_in_it_is_refused_and_what_it_leads_to_left_as_it_is(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
            string target = Path.Combine(_parent, "target");
            File.WriteAllText(target, "precious");
            File.SetUnixFileMode(target, open);
            Directory.CreateDirectory(Folder);
            File.CreateSymbolicLink(Path.Combine(Folder, name), target);

            string message = Assert.Throws<IOException>(() => DataDirectory.Open(new StorageOptions { Data = Folder })).Message;

            Assert.StartsWith($"The data directory {Folder} cannot be used: {name} in it is a link.", message, StringComparison.Ordinal);
            Assert.Equal((open, "precious"), (File.GetUnixFileMode(target), File.ReadAllText(target)));
        }
    }

    [Fact]
    public void A_link_that_leads_nowhere_makes_no_file_there()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        Directory.CreateDirectory(Folder);
        File.CreateSymbolicLink(Path.Combine(Folder, "lock"), Path.Combine(_parent, "target"));

        Assert.Throws<IOException>(() => DataDirectory.Open(new StorageOptions { Data = Folder }));

        Assert.False(File.Exists(Path.Combine(_parent, "target")));
    }

    [Fact]
    public void What_was_open_to_others_in_it_is_so_no_longer()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path.Combine(Folder, "index"));
            string store = Path.Combine(Folder, "tributary.db");
            File.WriteAllText(store, "");
            File.SetUnixFileMode(store, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            File.SetUnixFileMode(Path.Combine(Folder, "index"), (UnixFileMode)Convert.ToInt32("755", 8));

            DataDirectory.Open(new StorageOptions { Data = Folder }).Dispose();

            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(store));
            Assert.Equal((UnixFileMode)Convert.ToInt32("700", 8), File.GetUnixFileMode(Path.Combine(Folder, "index")));
        }
    }

    [Fact]
    public void A_second_opening_is_refused_with_what_to_do_and_works_once_the_first_is_closed()
    {
        var options = new StorageOptions { Data = Folder };
        using (DataDirectory.Open(options))
        {
            IOException refused = Assert.Throws<IOException>(() => DataDirectory.Open(options));
            Assert.Contains(Folder, refused.Message, StringComparison.Ordinal);
            Assert.Contains("in use by another tributary", refused.Message, StringComparison.Ordinal);
            Assert.Contains("--data", refused.Message, StringComparison.Ordinal);
        }

        DataDirectory.Open(options).Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Removing_or_replacing_the_lock_file_lets_no_second_one_in(bool isReplaced)
    {
        SkipWhereAnOpenFileStays();
        var options = new StorageOptions { Data = Folder };
        using (DataDirectory.Open(options))
        {
            File.Delete(Path.Combine(Folder, "lock"));
            if (isReplaced)
            {
                File.WriteAllText(Path.Combine(Folder, "lock"), "");
            }

            Assert.Contains("in use by another tributary", Assert.Throws<IOException>(() => DataDirectory.Open(options)).Message, StringComparison.Ordinal);
        }

        DataDirectory.Open(options).Dispose();
    }

    [Fact]
    public void The_directory_under_another_name_is_the_same_one()
    {
        SkipWhereAnOpenFileStays();
        using DataDirectory first = DataDirectory.Open(new StorageOptions { Data = Folder });
        File.Delete(Path.Combine(Folder, "lock"));
        string other = Path.Combine(_parent, "other");
        Directory.CreateSymbolicLink(other, Folder);

        Assert.Throws<IOException>(() => DataDirectory.Open(new StorageOptions { Data = other }));
    }

    [Fact]
    public void A_copy_of_the_directory_is_another_one()
    {
        using DataDirectory first = DataDirectory.Open(new StorageOptions { Data = Folder });
        string copy = Path.Combine(_parent, "copy");
        Directory.CreateDirectory(copy);
        File.WriteAllText(Path.Combine(copy, "lock"), "");

        DataDirectory.Open(new StorageOptions { Data = copy }).Dispose();
    }

    private static void SkipWhereAnOpenFileStays() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows removes no file that is open.");

    [Fact]
    public void A_path_that_is_a_file_is_refused_with_its_name()
    {
        string file = Path.Combine(_parent, "file");
        File.WriteAllText(file, "");

        Assert.Contains(file, Assert.Throws<IOException>(() => DataDirectory.Open(new StorageOptions { Data = file })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void In_memory_is_a_temporary_directory_of_its_own_that_is_removed()
    {
        var options = new StorageOptions { Data = Folder, InMemory = true };
        string path;
        using (DataDirectory one = DataDirectory.Open(options))
        using (DataDirectory two = DataDirectory.Open(options))
        {
            path = one.Path;
            Assert.NotEqual(one.Path, two.Path);
            Directory.CreateDirectory(Path.Combine(path, "index", "1"));
            File.WriteAllText(Path.Combine(path, "index", "1", "file"), "text");
        }

        Assert.False(Directory.Exists(path));
        Assert.False(Directory.Exists(Folder));
    }

    [Theory]
    [InlineData(false, null, true)]
    [InlineData(true, null, false)]
    [InlineData(false, false, false)]
    [InlineData(true, true, true)]
    public void Writes_wait_for_the_disk_unless_in_memory_or_told_otherwise(bool inMemory, bool? durable, bool expected) =>
        Assert.Equal(expected, new StorageOptions { InMemory = inMemory, Durable = durable }.IsDurable);
}
