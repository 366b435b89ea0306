namespace FastRnn.Training;

/// <summary>Why a training has ended.</summary>
public enum TrainingEnding
{
    /// <summary>All updates are done.</summary>
    Completed,

    /// <summary>The validation loss has not fallen for as long as the patience lasts.</summary>
    OutOfPatience,

    /// <summary>The token has been canceled.</summary>
    Canceled,

    /// <summary>A loss or a gradient was not finite.</summary>
    Diverged,
}
