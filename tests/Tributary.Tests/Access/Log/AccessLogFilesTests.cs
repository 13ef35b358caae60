using System.Text;
using Tributary.Access.Log;

namespace Tributary.Tests.Access.Log;

public sealed class AccessLogFilesTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 28, 9, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("tributary-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_file_has_every_line_in_order_and_is_for_its_owner_alone()
    {
        using (AccessLogFiles files = Files(new AccessLogOptions()))
        {
            files.Append([Line("a"), Line("b")], Start);
            files.Append([Line("c")], Start.AddSeconds(1));
        }

        AccessLogFile file = Assert.Single(AccessLogFiles.List(_directory));
        Assert.Equal("access-00000001-20261128T090000Z.jsonl", Path.GetFileName(file.Path));
        Assert.Equal("a\nb\nc\n", File.ReadAllText(file.Path));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file.Path));
        }
    }

    [Theory]
    [InlineData(65_535, 1)]
    [InlineData(65_536, 2)]
    public void A_file_that_has_its_bytes_is_followed_by_the_next(int length, int files)
    {
        using AccessLogFiles log = Files(new AccessLogOptions { MaxFileBytes = 65_536 });
        log.Append([Line(new string('x', length - 1))], Start);
        log.Append([Line("b")], Start);
        Assert.Equal(files, AccessLogFiles.List(_directory).Count);
    }

    [Theory]
    [InlineData(59.9, 1)]
    [InlineData(60, 2)]
    public void So_is_one_that_has_its_age(double minutes, int files)
    {
        using AccessLogFiles log = Files(new AccessLogOptions { MaxFileAge = TimeSpan.FromHours(1) });
        log.Append([Line("a")], Start);
        log.Append([Line("b")], Start.AddMinutes(minutes));
        Assert.Equal(files, AccessLogFiles.List(_directory).Count);
    }

    [Fact]
    public void A_new_start_leaves_what_a_crash_cut_off_alone_and_begins_the_next_file()
    {
        File.WriteAllText(Path.Combine(_directory, "access-00000041-20261127T090000Z.jsonl"), "a\nhalf of");
        using (AccessLogFiles log = Files(new AccessLogOptions()))
        {
            log.Append([Line("b")], Start);
        }

        Assert.Equal([41, 42], AccessLogFiles.List(_directory).Select(file => file.Number));
    }

    [Fact]
    public void A_file_goes_once_all_of_it_is_past_the_retention_and_not_before()
    {
        using AccessLogFiles log = Files(new AccessLogOptions { MaxFileAge = TimeSpan.FromHours(1), Retention = TimeSpan.FromHours(10) });
        log.Append([Line("a")], Start);
        log.Append([Line("b")], Start.AddHours(1));
        log.Append([Line("c")], Start.AddHours(2));

        // The first ends where the second begins, of which its name tells the second.
        Assert.Equal(0, log.Tidy(Start.AddHours(11).AddSeconds(1).AddTicks(-1)));
        Assert.Equal(1, log.Tidy(Start.AddHours(11).AddSeconds(1)));
        Assert.Equal(["b\n", "c\n"], AccessLogFiles.List(_directory).Select(file => File.ReadAllText(file.Path)));
        Assert.Equal(1, log.Tidy(Start.AddYears(1)));
        Assert.Equal(["c\n"], AccessLogFiles.List(_directory).Select(file => File.ReadAllText(file.Path)));
    }

    [Fact]
    public void Without_a_retention_nothing_goes()
    {
        using AccessLogFiles log = Files(new AccessLogOptions { MaxFileAge = TimeSpan.FromHours(1) });
        log.Append([Line("a")], Start);
        log.Append([Line("b")], Start.AddHours(1));
        Assert.Equal(0, log.Tidy(Start.AddYears(100)));
        Assert.Equal(2, AccessLogFiles.List(_directory).Count);
    }

    [Fact]
    public void Files_of_others_in_the_directory_are_left_alone()
    {
        string[] others = ["access.jsonl", "access-1-20261128T090000Z.jsonl", "access-00000001-20261128T090000Z.jsonl.gz", "notes"];
        foreach (string other in others)
        {
            File.WriteAllText(Path.Combine(_directory, other), "");
        }

        using AccessLogFiles log = Files(new AccessLogOptions { MaxFileAge = TimeSpan.FromMinutes(1), Retention = TimeSpan.FromHours(1) });
        log.Append([Line("a")], Start);
        log.Append([Line("b")], Start.AddHours(1));
        Assert.Equal(1, log.Tidy(Start.AddHours(9)));
        Assert.All(others, other => Assert.True(File.Exists(Path.Combine(_directory, other)), other));
    }

    [Fact]
    public async Task The_export_reads_whole_lines_of_all_files_as_they_come()
    {
        File.WriteAllText(Path.Combine(_directory, "access-00000001-20261127T090000Z.jsonl"), Entry("u1", Start.AddDays(-1)) + "\n" + Entry("u1", Start)[..30]);
        File.WriteAllText(Path.Combine(_directory, "access-00000002-20261128T090000Z.jsonl"), "no json\n" + Entry("u1", Start) + "\n" + Entry("u2", Start.AddHours(1)) + "\n");

        Assert.Equal([Entry("u1", Start.AddDays(-1)), Entry("u1", Start), Entry("u2", Start.AddHours(1))], await ExportAsync(new AccessLogFilter()));
        Assert.Equal([Entry("u1", Start)], await ExportAsync(new AccessLogFilter { UserId = "u1", From = Start }));
        Assert.Equal([Entry("u1", Start.AddDays(-1))], await ExportAsync(new AccessLogFilter { To = Start }));
        Assert.Empty(await ExportAsync(new AccessLogFilter { TenantId = "another" }));
        Assert.Equal(3, (await ExportAsync(new AccessLogFilter { TenantId = "t", AppId = "p", ConnectionId = "c", ItemId = "i" })).Count);
        Assert.Empty(await ExportAsync(new AccessLogFilter { ConnectionId = "i", ItemId = "c" }));
        Assert.Empty(await ExportAsync(new AccessLogFilter { AppId = "q" }));
    }

    [Fact]
    public async Task The_export_passes_over_no_file_that_has_a_line_of_the_second_in_which_the_next_one_began()
    {
        using AccessLogFiles log = Files(new AccessLogOptions { MaxFileBytes = 65_536 });
        string[] lines = [Entry(new string('u', 65_536), Start.AddMilliseconds(700)), Entry("u2", Start.AddMilliseconds(800))];
        log.Append([Line(lines[0])], Start.AddMilliseconds(700));
        log.Append([Line(lines[1])], Start.AddMilliseconds(900));

        Assert.Equal(2, AccessLogFiles.List(_directory).Count);
        Assert.Equal(lines, await ExportAsync(new AccessLogFilter { From = Start.AddMilliseconds(500) }));
        Assert.Equal([lines[1]], await ExportAsync(new AccessLogFilter { From = Start.AddMilliseconds(750) }));
        Assert.Empty(await ExportAsync(new AccessLogFilter { From = Start.AddSeconds(1) }));
    }

    [Fact]
    public async Task There_may_be_no_log_yet()
    {
        using var copy = new MemoryStream();
        await AccessLogReader.CopyAsync(Path.Combine(_directory, "none"), new AccessLogFilter(), copy, default);
        Assert.Equal(0, copy.Length);
    }

    private AccessLogFiles Files(AccessLogOptions options) => new(_directory, options);

    private async Task<IReadOnlyList<string>> ExportAsync(AccessLogFilter filter)
    {
        using var copy = new MemoryStream();
        await AccessLogReader.CopyAsync(_directory, filter, copy, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(copy.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static byte[] Line(string text) => Encoding.UTF8.GetBytes(text + "\n");

    private static string Entry(string user, DateTimeOffset time) => Encoding.UTF8.GetString(new AccessLogEntry
    {
        Time = time,
        RequestId = "r",
        ClientRequestId = "r",
        TenantId = "t",
        AppId = "p",
        UserId = user,
        Connections = ["c"],
        From = 0,
        Size = 25,
        Total = 1,
        Aggregations = [],
        Items = [new ShownItem("c", "i", 3)],
    }.ToLine()).TrimEnd('\n');
}
