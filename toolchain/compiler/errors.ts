/** The program asks for something that bare-metal code cannot have. `message` is one line for the user. */
export class CompileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CompileError';
  }
}
