/**
 * Where the focus goes back to when something that took it is closed.
 * @module
 */

/** Called before the focus moves in. @returns puts it back: where it was; of a menu that is gone too, to its button */
export function rememberFocus(): () => void {
  const was = document.activeElement;
  const menu = was?.closest('[role="menu"]');
  const opener = menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : was;
  return () => {
    const back = [opener, was].find((one) => one instanceof HTMLElement && one.isConnected && one !== document.body);
    // What had the focus was taken away meanwhile: the content, rather than the top of the page.
    (back instanceof HTMLElement ? back : document.getElementById('main'))?.focus();
  };
}
