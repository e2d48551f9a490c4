/** A failure that the caller can do something about; `name` becomes Lambda's `errorType`. */
export class FunctionError extends Error {
  constructor(
    name:
      | 'InvalidInput'
      | 'FileNotFound'
      | 'FileTooLarge'
      | 'AccessDenied'
      | 'NotAnImage'
      | 'ImageTooLarge'
      | 'NotAPdf'
      | 'NotCsv'
      | 'NotText'
      | 'BadTemplate'
      | 'NotConfigured'
      | 'AddressNotAllowed'
      | 'NoAnswer'
      | 'AnswerTooLarge'
      | 'BadAnswer'
      | 'SendFailed'
      | 'NotAZip'
      | 'NotExcel'
      | 'NotAFeed'
      | 'BadSchema'
      | 'UnsupportedLanguage',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = name;
  }
}
