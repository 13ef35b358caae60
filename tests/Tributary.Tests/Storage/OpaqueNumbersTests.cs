using Tributary.Storage;
using Tributary.Storage.Sqlite;

namespace Tributary.Tests.Storage;

public sealed class OpaqueNumbersTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tributary-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Each_item_has_a_number_of_its_own_below_2_to_the_52()
    {
        await using SqliteDatabase database = Open("a");
        var numbers = new OpaqueNumbers(database);
        var seen = new HashSet<long>();
        foreach (long key in Enumerable.Range(1, 20_000).Select(number => (long)number).Concat([(1L << 26) - 1, 1L << 26, (1L << 26) + 1, 1L << 40, (1L << 52) - 1]))
        {
            long number = numbers.OfItem(key);
            Assert.InRange(number, 0, (1L << 52) - 1);
            Assert.True(seen.Add(number), $"{key} has the number of another.");
        }
    }

    [Fact]
    public async Task Numbers_stay_the_same_in_a_store_and_are_others_in_another()
    {
        long item;
        string connection;
        await using (SqliteDatabase database = Open("a"))
        {
            var numbers = new OpaqueNumbers(database);
            (item, connection) = (numbers.OfItem(7), numbers.OfConnection(7));
            Assert.Equal(16, connection.Length);
            Assert.NotEqual(connection, numbers.OfConnection(8));
        }

        await using SqliteDatabase again = Open("a");
        Assert.Equal((item, connection), (new OpaqueNumbers(again).OfItem(7), new OpaqueNumbers(again).OfConnection(7)));
        await using SqliteDatabase other = Open("b");
        Assert.NotEqual(item, new OpaqueNumbers(other).OfItem(7));
        Assert.NotEqual(connection, new OpaqueNumbers(other).OfConnection(7));
    }

    [Fact]
    public async Task They_have_no_order()
    {
        await using SqliteDatabase database = Open("a");
        var numbers = new OpaqueNumbers(database);
        long[] shown = [.. Enumerable.Range(1, 1000).Select(key => numbers.OfItem(key))];
        int rising = shown.Zip(shown.Skip(1)).Count(pair => pair.Second > pair.First);

        // By chance 500, and 16 more or fewer in a third of all stores.
        Assert.InRange(rising, 350, 650);
    }

    private SqliteDatabase Open(string name) => SqliteDatabase.Open(Directory.CreateDirectory(Path.Combine(_directory, name)).FullName, new StorageOptions { Durable = false }, new StorageMetrics(new Tributary.Telemetry.TributaryMeter()));
}
