/**
 * Goes to an address as if a link beside the element had been clicked, so that whatever listens for clicks on links
 * (the live layer of a page) treats both alike; an empty address goes nowhere.
 */
export function followFrom(element: Element, href: string): void {
  if (href === "" || element.parentElement === null) return;
  const link = document.createElement("a");
  link.href = href;
  link.hidden = true;
  element.parentElement.append(link);
  link.click();
  link.remove();
}
