using Npgsql;

namespace Tributary.Storage.Postgres;

/// <content>What became of a commit that was not answered.</content>
internal sealed partial class PostgresWriter
{
    /// <summary>So often the server is asked, at growing intervals: for about five seconds.</summary>
    private const int MaxQuestions = 8;

    /// <summary>
    /// Whether a transaction whose commit was not answered was committed: the server remembers. Null when it cannot be asked within some seconds, or when it is another
    /// one, which has taken over from the first and may have given the same number to another transaction.
    /// </summary>
    private bool? OutcomeOrNull(PostgresTransaction transaction)
    {
        TimeSpan pause = FirstPause;
        for (int tries = 1; tries <= MaxQuestions; tries++)
        {
            Thread.Sleep(pause);
            pause *= 2;
            try
            {
                _session ??= Open();
                if (_session.Timeline.Length == 0 || _session.Timeline != transaction.Timeline)
                {
                    return null;
                }

                switch (_session.StatusOrNull(transaction.Id!))
                {
                    case "committed":
                        return true;
                    case "aborted":
                        return false;
                }
            }
            catch (Exception exception) when (PostgresErrors.Of(exception) is PostgresFailure.Disconnected or PostgresFailure.Refused)
            {
                Forget();
            }
            catch (PostgresException)
            {
                return null;
            }
        }

        return null;
    }
}
